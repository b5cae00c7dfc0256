package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.ModelException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class LayersTest {

    private static final int LENGTH = 5;
    private static final int WIDTH = 12;
    private static final int INNER = 17;

    private final double[][] x = random(LENGTH, WIDTH);

    @TempDir
    Path folder;

    @Test
    void multipliesByTheTransposedWeightAndAddsTheBias() {
        write(new Checkpoint().linear("fc", 7, WIDTH));
        double[][] expected = Naive.linear(x, values("fc.weight"), values("fc.bias"));
        assertThatComputes((at, in) -> at.linear(in, "fc", 7), 1, expected);
        double[][] unbiased = Naive.linear(x, values("fc.weight"), new float[7]);
        assertThatComputes((at, in) -> at.projection(in, "fc", 7), 1, unbiased);
    }

    @Test
    void normalisesEachRow() {
        write(new Checkpoint().add("ln.weight", WIDTH).add("ln.bias", WIDTH));
        double[][] expected = Naive.norm(x, values("ln.weight"), values("ln.bias"), 0.1);
        assertThatComputes((at, in) -> at.norm(in, "ln", 0.1f), 1, expected);
    }

    @Test
    void scalesEachRowToAMeanSquareOfOne() {
        write(new Checkpoint().add("ln.weight", WIDTH));
        double[][] expected = Naive.rmsNormByHead(x, values("ln.weight"), 0.1);
        assertThatComputes((at, in) -> at.rmsNorm(in, "ln", 0.1f), 1, expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void feedsForwardThroughAGate(int branches) {
        write(new Checkpoint()
                .add("mlp.gate_proj.weight", INNER, WIDTH)
                .add("mlp.up_proj.weight", INNER, WIDTH)
                .add("mlp.down_proj.weight", WIDTH, INNER));
        double[][] quarter = Arrays.stream(x)
                .map(row -> Arrays.stream(row).map(v -> v / 4).toArray())
                .toArray(double[][]::new);
        double[][] inner = Naive.silu(Naive.linear(quarter, values("mlp.gate_proj.weight"), new float[INNER]));
        double[][] up = Naive.linear(quarter, values("mlp.up_proj.weight"), new float[INNER]);
        for (int t = 0; t < LENGTH; t++) {
            for (int i = 0; i < INNER; i++) {
                inner[t][i] *= up[t][i];
            }
        }
        double[][] expected = Naive.linear(inner, values("mlp.down_proj.weight"), new float[WIDTH]);
        assertThatComputes(
                (at, in) -> at.in("mlp")
                        .gatedFeedForward(at.tf().math.mul(in, at.tf().constant(0.25f)), INNER, Activation.SILU),
                branches,
                expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void normalisesWhatGoesThroughAGate(int branches) {
        write(new Checkpoint()
                .add("glu.fc0.weight", INNER, WIDTH)
                .add("glu.fc1.weight", INNER, WIDTH)
                .add("glu.ln1.weight", INNER)
                .add("glu.ln1.bias", INNER)
                .add("glu.fc2.weight", WIDTH, INNER));
        double[][] inner = Naive.silu(Naive.linear(x, values("glu.fc0.weight"), new float[INNER]));
        double[][] up = Naive.linear(x, values("glu.fc1.weight"), new float[INNER]);
        for (int t = 0; t < LENGTH; t++) {
            for (int i = 0; i < INNER; i++) {
                inner[t][i] *= up[t][i];
            }
        }
        double[][] normed = Naive.norm(inner, values("glu.ln1.weight"), values("glu.ln1.bias"), 0.1);
        double[][] expected = Naive.linear(normed, values("glu.fc2.weight"), new float[WIDTH]);
        assertThatComputes((at, in) -> at.in("glu").normedGate(in, INNER, Activation.SILU, 0.1f), branches, expected);
    }

    @Test
    void attendsWithWhatWasMadeOfEachHead() {
        write(new Checkpoint().add("head.weight", WIDTH / 3));
        double[][] q = Naive.rmsNormByHead(x, values("head.weight"), 0.1);
        double[][] expected = Naive.attend(q, x, x, 3, false);
        assertThatComputes(
                (at, in) -> at.attend(at.byHead(in, 3, head -> at.rmsNorm(head, "head", 0.1f)), in, in, 3, null),
                1,
                expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void attendsInAnyNumberOfBranches(int branches) {
        write(new Checkpoint()
                .linear("self.q_proj", WIDTH, WIDTH)
                .linear("self.k_proj", WIDTH, WIDTH)
                .linear("self.v_proj", WIDTH, WIDTH)
                .linear("self.out_proj", WIDTH, WIDTH));
        assertThatComputes((at, in) -> at.in("self").attention(in, 3), branches, attention(3, false));
        assertThatComputes(
                (at, in) -> at.in("self").attention(in, 3, at.causalMask(ids(at.tf(), LENGTH))),
                branches,
                attention(3, true));
    }

    @Test
    void attendsFromQueriesWithPackedWeights() {
        write(new Checkpoint()
                .add("probe", 1, 1, WIDTH)
                .add("head.in_proj_weight", 3 * WIDTH, WIDTH)
                .add("head.in_proj_bias", 3 * WIDTH)
                .linear("head.out_proj", WIDTH, WIDTH));
        float[] weight = values("head.in_proj_weight");
        float[] bias = values("head.in_proj_bias");
        double[][] q = Naive.linear(rows(values("probe"), 1), part(weight, 0), part(bias, 0));
        double[][] k = Naive.linear(x, part(weight, 1), part(bias, 1));
        double[][] v = Naive.linear(x, part(weight, 2), part(bias, 2));
        double[][] expected = Naive.linear(
                Naive.attend(q, k, v, 4, false), values("head.out_proj.weight"), values("head.out_proj.bias"));
        assertThatComputes(
                (at, in) -> at.in("head").packedAttention(at.weight("probe", 1, 1, WIDTH), in, 4), 1, expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void feedsForwardInAnyNumberOfBranches(int branches) {
        write(new Checkpoint().linear("mlp.fc1", INNER, WIDTH).linear("mlp.fc2", WIDTH, INNER));
        double[][] inner = Naive.silu(Naive.linear(x, values("mlp.fc1.weight"), values("mlp.fc1.bias")));
        double[][] expected = Naive.linear(inner, values("mlp.fc2.weight"), values("mlp.fc2.bias"));
        assertThatComputes((at, in) -> at.in("mlp").feedForward(in, INNER, Activation.SILU), branches, expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsMatricesThatLieTransposed(int branches) {
        write(new Checkpoint()
                .add("mlp.fc1.weight", WIDTH, INNER)
                .add("mlp.fc1.bias", INNER)
                .add("mlp.fc2.weight", INNER, WIDTH)
                .add("mlp.fc2.bias", WIDTH));
        float[] up = transposed(values("mlp.fc1.weight"), WIDTH);
        float[] down = transposed(values("mlp.fc2.weight"), INNER);
        double[][] inner = Naive.silu(Naive.linear(x, up, values("mlp.fc1.bias")));
        double[][] expected = Naive.linear(inner, down, values("mlp.fc2.bias"));
        assertThatComputes(
                (at, in) -> at.transposed().in("mlp").feedForward(in, INNER, Activation.SILU), branches, expected);
    }

    @Test
    void projectsPatchesRowByRowAndLeavesTheRest() {
        write(new Checkpoint().add("patch.weight", 4, 3, 2, 2));
        int side = 7;
        double[][] pixels = random(side * side, 3);
        double[][] patches = new double[9][12];
        for (int patch = 0; patch < 9; patch++) {
            for (int i = 0; i < 12; i++) {
                int row = patch / 3 * 2 + i / 2 % 2;
                int column = patch % 3 * 2 + i % 2;
                patches[patch][i] = pixels[row * side + column][i / 4];
            }
        }
        double[][] expected = Naive.linear(patches, values("patch.weight"), new float[4]);
        assertClose(run((at, in) -> at.patches(in, "patch", 2, 4), 1, Shape.of(side, side, 3), flat(pixels)), expected);
    }

    @Test
    void looksUpRowsOfATable() {
        write(new Checkpoint().add("table.weight", 5, 3));
        List<float[]> rows = run(
                (at, in) -> at.embedding(at.tf().constant(new int[][] {{4, 0}}), "table", 5, 3),
                1,
                Shape.of(1),
                new float[1]);
        float[] table = values("table.weight");
        assertThat(rows).containsExactly(Arrays.copyOfRange(table, 12, 15), Arrays.copyOfRange(table, 0, 3));
    }

    @Test
    void scalesToUnitLength() {
        write(new Checkpoint().add("unused", 1));
        List<float[]> rows = run((at, in) -> at.unit(in), 1, Shape.of(1, 2), new float[] {3, -4});
        assertThat(rows.get(0)).containsExactly(0.6f, -0.8f);
    }

    @Test
    void namesTheTensorThatIsMissingOrMisshapen() {
        write(new Checkpoint().linear("layers.0.fc", 7, WIDTH));
        assertThatThrownBy(() -> compute((at, in) -> at.in("layers", 1).linear(in, "fc", 7), 1))
                .isInstanceOfSatisfying(ModelException.class, e -> assertThat(e.reason())
                        .isEqualTo(ModelException.Reason.INVALID_CHECKPOINT))
                .hasMessageContaining("layers.1.fc.weight");
        assertThatThrownBy(() -> compute((at, in) -> at.in("layers", 0).linear(in, "fc", 8), 1))
                .isInstanceOf(ModelException.class)
                .hasMessage("tensor layers.0.fc.weight: shape [7, 12] (expected: [8, 12])");
    }

    private double[][] attention(int heads, boolean causal) {
        double[][] q = Naive.linear(x, values("self.q_proj.weight"), values("self.q_proj.bias"));
        double[][] k = Naive.linear(x, values("self.k_proj.weight"), values("self.k_proj.bias"));
        double[][] v = Naive.linear(x, values("self.v_proj.weight"), values("self.v_proj.bias"));
        return Naive.linear(
                Naive.attend(q, k, v, heads, causal), values("self.out_proj.weight"), values("self.out_proj.bias"));
    }

    private void assertThatComputes(
            BiFunction<Layers, Operand<TFloat32>, Operand<TFloat32>> layer, int branches, double[][] expected) {
        assertClose(compute(layer, branches), expected);
    }

    private List<float[]> compute(BiFunction<Layers, Operand<TFloat32>, Operand<TFloat32>> layer, int branches) {
        return run(layer, branches, Shape.of(LENGTH, WIDTH), flat(x));
    }

    /** Runs a layer on two equal examples and returns the rows of the second. */
    private List<float[]> run(
            BiFunction<Layers, Operand<TFloat32>, Operand<TFloat32>> layer, int branches, Shape item, float[] data) {
        try (Weights weights = Weights.open(folder);
                Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Parameters parameters = new Parameters(tf, weights);
            Layers at = new Layers(tf, parameters, Precision.FLOAT32, branches, "");
            var input = at.input(TFloat32.class, item.prepend(-1).asArray());
            Operand<TFloat32> output = layer.apply(at, input);
            try (Session session = new Session(graph, new Threads(1, 2).sessionConfig(Device.cpu()));
                    TFloat32 batch = Batch.ofFloats(item, List.of(new float[data.length], data))) {
                parameters.assign(session);
                try (Result result =
                        session.runner().feed(input, batch).fetch(output).run()) {
                    TFloat32 y = (TFloat32) result.get(0);
                    return lastExample(y);
                }
            }
        }
    }

    private static List<float[]> lastExample(TFloat32 y) {
        int width = (int) y.shape().get(-1);
        float[] all = new float[(int) y.size()];
        y.asRawTensor().data().asFloats().read(all);
        int rows = (int) (y.shape().size() / width / y.shape().get(0));
        int first = all.length / width - rows;
        return java.util.stream.IntStream.range(first, first + rows)
                .mapToObj(i -> Arrays.copyOfRange(all, i * width, (i + 1) * width))
                .toList();
    }

    private static Operand<TInt32> ids(Ops tf, int length) {
        return tf.constant(new int[1][length]);
    }

    private void write(Checkpoint checkpoint) {
        checkpoint.write(folder);
    }

    private float[] values(String name) {
        try (Weights weights = Weights.open(folder)) {
            FloatBuffer data = weights.tensor(name).data().asFloatBuffer();
            float[] values = new float[data.remaining()];
            data.get(values);
            return values;
        }
    }

    private static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] result = new float[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            result[i % columns * rows + i / columns] = matrix[i];
        }
        return result;
    }

    private static float[] part(float[] packed, int index) {
        int size = packed.length / 3;
        return Arrays.copyOfRange(packed, index * size, (index + 1) * size);
    }

    private static double[][] random(int rows, int columns) {
        Random random = new Random(3);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private static double[][] rows(float[] values, int count) {
        int width = values.length / count;
        double[][] rows = new double[count][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    private static float[] flat(double[][] rows) {
        FloatBuffer flat = FloatBuffer.allocate(rows.length * rows[0].length);
        for (double[] row : rows) {
            for (double value : row) {
                flat.put((float) value);
            }
        }
        return flat.array();
    }

    private static void assertClose(List<float[]> actual, double[][] expected) {
        assertThat(actual).hasSize(expected.length);
        for (int t = 0; t < expected.length; t++) {
            for (int i = 0; i < expected[t].length; i++) {
                assertThat((double) actual.get(t)[i])
                        .as("row %d, column %d", t, i)
                        .isEqualTo(expected[t][i], Offset.offset(2e-6));
            }
        }
    }
}
