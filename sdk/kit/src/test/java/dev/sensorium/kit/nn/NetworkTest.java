package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.SharedRuntime;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class NetworkTest {

    @TempDir
    Path folder;

    /** A network that doubles and negates its input of two numbers. */
    private static final class Doubler implements AutoCloseable {

        final Operand<TFloat32> input;
        final Operand<TFloat32> output;
        final Network network;

        Doubler(NetworkOptions options, Path folder) {
            try (Weights weights = Weights.open(folder);
                    NetworkBuilder builder = NetworkBuilder.open(options, weights)) {
                Layers at = builder.layers();
                input = at.input(TFloat32.class, -1, 2);
                output = at.linear(input, "fc", 2);
                network = builder.build();
            }
        }

        List<float[]> run(float... x) {
            try (TFloat32 batch = Batch.ofFloats(Shape.of(2), List.of(x));
                    Result result = network.run(r -> r.feed(input, batch).fetch(output))) {
                return Batch.rows(result.get(0));
            }
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private Path checkpoint(float weight) {
        return new Checkpoint()
                .add("fc.weight", new float[] {2, 0, 0, -1}, 2, 2)
                .add("fc.bias", new float[] {0, weight}, 2)
                .write(folder);
    }

    @Test
    void largeTablesArriveAsTheyLie() {
        int rows = 1_201; // of 4 KB: more than one transfer moves
        float[] values = new float[rows * 1_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        new Checkpoint().add("table.weight", values, rows, 1_000).write(folder);
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            Layers at = builder.layers();
            var ids = at.input(TInt32.class, -1, 1);
            var found = at.tf().squeeze(at.embedding(ids, "table", rows, 1_000), Squeeze.axis(List.of(1L)));
            int[] asked = IntStream.range(0, rows).toArray();
            try (Network network = builder.build();
                    TInt32 fed = Batch.ofInts(
                            Arrays.stream(asked).mapToObj(id -> new int[] {id}).toList());
                    Result result = network.run(run -> run.feed(ids, fed).fetch(found))) {
                List<float[]> read = Batch.rows(result.get(0));
                for (int row = 0; row < rows; row++) {
                    assertThat(read.get(row))
                            .as("row %d", row)
                            .isEqualTo(Arrays.copyOfRange(values, row * 1_000, (row + 1) * 1_000));
                }
            }
        }
    }

    @Test
    void runsFromManyThreadsAtOnce() {
        try (Doubler doubler = new Doubler(NetworkOptions.cpu(), checkpoint(0))) {
            IntStream.range(0, 200)
                    .parallel()
                    .forEach(i -> assertThat(doubler.run(i, 1).get(0)).containsExactly(2f * i, -1f));
        }
    }

    @Test
    void computesALargeBatchInPartsAndKeepsItsOrder() {
        List<Integer> rows = IntStream.range(0, 50).boxed().toList();
        Set<Integer> sizes = ConcurrentHashMap.newKeySet();
        try (Doubler doubler = new Doubler(NetworkOptions.cpu(), checkpoint(0))) {
            Function<List<Integer>, List<Float>> compute = part -> {
                sizes.add(part.size());
                return part.stream().map(row -> doubler.run(row, 0).get(0)[0]).toList();
            };
            List<Float> doubled = rows.stream().map(row -> 2f * row).toList();

            assertThat(doubler.network.inParts(rows, 2, compute)).isEqualTo(doubled);
            assertThat(sizes).containsExactly(50);
            sizes.clear();
            assertThat(doubler.network.inParts(rows, 1_000, compute)).isEqualTo(doubled);
            int branches = Threads.ofProcess().branches();
            assertThat(sizes).allMatch(size -> size == 50 / branches || size == 50 / branches + 1);
        }
    }

    @Test
    void aPartThatFailsFailsTheBatchWithItsReason() {
        List<Integer> rows = IntStream.range(0, 50).boxed().toList();
        try (Doubler doubler = new Doubler(NetworkOptions.cpu(), checkpoint(0))) {
            Function<List<Integer>, List<Float>> compute = part -> part.stream()
                    .map(row -> doubler.run(row == 49 ? Float.NaN : row, 0).get(0)[0])
                    .toList();
            assertThatThrownBy(() -> doubler.network.inParts(rows, 1_000, compute))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FINITE))
                    .hasMessage("output[0]: NaN (expected: a finite number)");
        }
    }

    @Test
    void runsOnALogicalDeviceOfItsOwn() {
        NetworkOptions third = new NetworkOptions(new Device(Device.Kind.CPU, 2), Precision.FLOAT32);
        try (Doubler doubler = new Doubler(third, checkpoint(1))) {
            assertThat(doubler.output.op().toString()).isNotEmpty();
            assertThat(doubler.run(1, 1).get(0)).containsExactly(2f, 0f);
        }
    }

    @Test
    void networksOfOneProcessKeepTheirWeightsApart() {
        try (Doubler one = new Doubler(NetworkOptions.cpu(), checkpoint(1));
                Doubler other = new Doubler(NetworkOptions.cpu(), checkpoint(2))) {
            assertThat(one.run(0, 0).get(0)).containsExactly(0f, 1f);
            assertThat(other.run(0, 0).get(0)).containsExactly(0f, 2f);
        }
    }

    @Test
    void computesInBfloat16IfAsked() {
        NetworkOptions options = new NetworkOptions(Device.cpu(), Precision.BFLOAT16);
        try (Doubler doubler = new Doubler(options, checkpoint(0))) {
            // 1.01 is 1.0078125 in bfloat16
            assertThat(doubler.run(1.01f, 0).get(0)).containsExactly(2.015625f, 0f);
        }
    }

    @Test
    void bfloat16MeansFloat32OnProcessorsThatHaveNoProductsInIt() {
        Precision onCpu = Processor.here().multipliesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
        assertThat(NetworkOptions.of(spec(Map.of("dtype", "bfloat16"))).precision())
                .isEqualTo(onCpu);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flags : fpu sse4_2 avx2 f16c avx512f avx512bw | true",
                "flags : fpu sse4_2 avx2 f16c avx_vnni avx_ne_convert | true",
                "flags : fpu sse4_2 avx2 f16c | false",
                "Features : fp asimd | true",
            })
    void processorsOfX86NeedAvx512OrItsConversionsToMultiplyBfloat16(String cpuinfo, boolean expected) {
        assertThat(Processor.described("processor : 0\n" + cpuinfo + "\n").multipliesBfloat16())
                .isEqualTo(expected);
    }

    @Test
    void refusesUnknownSettings() {
        assertThatThrownBy(() -> NetworkOptions.of(spec(Map.of("dtpye", "bfloat16"))))
                .isInstanceOf(ModelException.class)
                .hasMessage("setting \"dtpye\" (expected: one of [dtype])");
        assertThatThrownBy(() -> NetworkOptions.of(spec(Map.of("dtype", "int4"))))
                .isInstanceOf(ModelException.class)
                .hasMessage("setting \"dtype\": \"int4\" (expected: one of [float32, bfloat16])");
        assertThat(NetworkOptions.of(spec(Map.of("frames", "4")), "frames")).isEqualTo(NetworkOptions.cpu());
    }

    @Test
    void tellsThatAnOutputIsNotFinite() {
        try (Doubler doubler = new Doubler(NetworkOptions.cpu(), checkpoint(Float.NaN))) {
            assertThatThrownBy(() -> doubler.run(1, 1))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FINITE))
                    .hasMessage("output[1]: NaN (expected: a finite number)");
        }
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        NetworkOptions gpu = new NetworkOptions(new Device(Device.Kind.GPU, 63), Precision.FLOAT32);
        Path folder = checkpoint(0);
        assertThatThrownBy(() -> new Doubler(gpu, folder))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INTERNAL))
                .hasMessage("the network cannot be set up on gpu:63");
    }

    @Test
    void closesTwice() {
        Doubler doubler = new Doubler(NetworkOptions.cpu(), checkpoint(0));
        doubler.close();
        doubler.close();
        assertThatThrownBy(() -> doubler.run(1, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theRuntimeIsFoundAndStarts() {
        assertThat(ServiceLoader.load(SharedRuntime.class))
                .singleElement()
                .satisfies(runtime -> assertThat(runtime.start()).startsWith("TensorFlow 2."));
    }

    private ModelSpec spec(Map<String, String> settings) {
        return new ModelSpec(new ModelId("m", "1"), folder, Device.cpu(), MediaLimits.DEFAULT, settings);
    }
}
