package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.kit.checkpoint.DType;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** What variables hold after loading is what the checkpoint holds: whatever its types, places and sizes. */
class WeightsIntoVariablesTest {

    @TempDir
    Path folder;

    /** Small integers, which every type holds exactly. */
    private static float number(int i) {
        return i % 251 - 125;
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void everyStoredTypeBecomesEveryComputedOne(DType dtype) {
        new Checkpoint().add("w", dtype, bytes(dtype, 35), 7, 5).write(folder);
        assertThat(load(TFloat32.class, UnaryOperator.identity())).containsExactly(numbers(35));
        assertThat(load(TBfloat16.class, UnaryOperator.identity())).containsExactly(numbers(35));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void tensorsMayLieAtAnyAddress(int nameLength) {
        new Checkpoint()
                .add("x".repeat(nameLength), DType.U8, new byte[nameLength], nameLength)
                .add("w", DType.F32, bytes(DType.F32, 35), 7, 5)
                .write(folder);
        assertThat(load(TFloat32.class, UnaryOperator.identity())).containsExactly(numbers(35));
        assertThat(load(TFloat32.class, block -> block.times(2))).containsExactly(numbers(35, i -> 2 * number(i)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "F32"})
    void partsAreCutOutScaledAndReordered(DType dtype) {
        new Checkpoint().add("w", dtype, bytes(dtype, 48), 4, 3, 2, 2).write(folder);
        assertThat(load(TFloat32.class, block -> block.rows(new Span(1, 3)).columns(new Span(4, 7))))
                .containsExactly(number(16), number(17), number(18), number(28), number(29), number(30));
        assertThat(load(TFloat32.class, block -> block.rows(new Span(3, 4)).times(0.5f)))
                .containsExactly(numbers(12, i -> number(36 + i) / 2));
        assertThat(load(TFloat32.class, block -> block.channelsLast(3)))
                .containsExactly(numbers(48, i -> number(i / 12 * 12 + i % 3 * 4 + i % 12 / 3)));
    }

    @Test
    void largeTensorsArriveWhole() {
        int rows = 4099;
        int columns = 2100;
        new Checkpoint()
                .add("w", DType.F32, bytes(DType.F32, rows * columns), rows, columns)
                .write(folder);
        float[] half = load(TFloat32.class, block -> block.columns(new Span(columns / 2, columns)));
        assertThat(half).hasSize(rows * columns / 2);
        for (int i = 0; i < half.length; i++) {
            int row = i / (columns / 2);
            assertThat(half[i]).isEqualTo(number(row * columns + columns / 2 + i % (columns / 2)));
        }
    }

    @Test
    void weightsThatFillMoreThanOneVariableStayApart() {
        int large = 9 << 20; // 36 MiB
        Checkpoint checkpoint = new Checkpoint();
        for (String name : new String[] {"first", "second"}) {
            checkpoint.add(name, DType.F32, bytes(DType.F32, large), large);
            checkpoint.add(name + ".small", new float[] {name.length()}, 1);
        }
        checkpoint.write(folder);
        float[] last = run((tf, parameters) -> {
            List<Operand<TFloat32>> ends = new ArrayList<>();
            for (String name : List.of("first", "first.small", "second", "second.small")) {
                int size = (int) shapeOf(name)[0];
                Operand<TFloat32> all = parameters.flat(TFloat32.class, Block.of(parameters.stored(name, size)));
                ends.add(tf.slice(all, tf.constant(new int[] {size - 1}), tf.constant(new int[] {1})));
            }
            return tf.concat(ends, tf.constant(0));
        });
        assertThat(last).containsExactly(number(large - 1), 5, number(large - 1), 6);
    }

    @Test
    void theFileMayGoOnceItIsLoaded() throws IOException {
        new Checkpoint().linear("fc", 64, 64).write(folder);
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            Layers at = builder.layers();
            var input = at.input(TFloat32.class, -1, 64);
            var output = at.linear(input, "fc", 64);
            try (Network network = builder.build();
                    TFloat32 x = Batch.ofFloats(Shape.of(64), List.of(numbers(64)))) {
                UnaryOperator<Session.Runner> request =
                        run -> run.feed(input, x).fetch(output);
                List<float[]> before = rows(network.run(request));
                Path file = folder.resolve("model.safetensors");
                Files.write(file, new byte[(int) Files.size(file)]);
                assertThat(rows(network.run(request)).get(0)).containsExactly(before.get(0));
                Files.delete(file);
                assertThat(rows(network.run(request)).get(0)).containsExactly(before.get(0));
            }
        }
    }

    private static List<float[]> rows(Result result) {
        try (result) {
            return Batch.rows(result.get(0));
        }
    }

    @Test
    void refusesWhatIsNoWeight() {
        new Checkpoint().add("w", DType.I64, new byte[8], 1).write(folder);
        assertThatThrownBy(() -> load(TFloat32.class, UnaryOperator.identity()))
                .isInstanceOf(ModelException.class)
                .hasMessage("tensor w: dtype I64 (expected: one of [F16, BF16, F32, F64])");
    }

    /** Returns what a variable of this type holds that is made of a part of the tensor "w". */
    private float[] load(Class<? extends TNumber> type, UnaryOperator<Block> part) {
        return run((tf, parameters) -> {
            Block block = part.apply(Block.of(parameters.stored("w", shapeOf("w"))));
            return tf.dtypes.cast(parameters.flat(type, block), TFloat32.class);
        });
    }

    /** Lays a graph over the checkpoint, loads its weights and returns its output, a vector. */
    private float[] run(BiFunction<Ops, Parameters, Operand<TFloat32>> graphOf) {
        try (Weights weights = Weights.open(folder);
                Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Parameters parameters = new Parameters(tf, weights);
            Operand<TFloat32> output = graphOf.apply(tf, parameters);
            try (Session session = new Session(graph, new Threads(1, 2).sessionConfig(Device.cpu()))) {
                parameters.assign(session);
                try (Result result = session.runner().fetch(output).run()) {
                    float[] values = new float[(int) result.get(0).shape().size()];
                    result.get(0).asRawTensor().data().asFloats().read(values);
                    return values;
                }
            }
        }
    }

    private long[] shapeOf(String name) {
        try (Weights weights = Weights.open(folder)) {
            return weights.tensor(name).shape();
        }
    }

    private static float[] numbers(int count) {
        return numbers(count, WeightsIntoVariablesTest::number);
    }

    private static float[] numbers(int count, Function<Integer, Float> of) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = of.apply(i);
        }
        return numbers;
    }

    private static byte[] bytes(DType dtype, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            float number = number(i);
            switch (dtype) {
                case F32 -> bytes.putFloat(number);
                case F64 -> bytes.putDouble(number);
                case BF16 -> bytes.putShort((short) (Float.floatToIntBits(number) >>> 16));
                case F16 -> bytes.putShort(float16(number));
                default -> throw new IllegalArgumentException(dtype.name());
            }
        }
        return bytes.array();
    }

    /** Returns the binary16 of an integer below 2048. */
    private static short float16(float integer) {
        int bits = Float.floatToIntBits(integer);
        int magnitude = integer == 0 ? 0 : (bits & 0x7fffffff) - (112 << 23) >>> 13;
        return (short) (bits >>> 16 & 0x8000 | magnitude);
    }
}
