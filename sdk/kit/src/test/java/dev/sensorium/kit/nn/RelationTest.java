package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.kit.checkpoint.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention of a decoder whose scores are not scaled, or whose tokens see a window. */
class RelationTest {

    private static final int VOCABULARY = 13;
    private static final int WIDTH = 6;
    private static final int HEADS = 2;
    private static final int LENGTH = 17;

    @TempDir
    Path folder;

    @BeforeEach
    void write() {
        Checkpoint checkpoint = new Checkpoint().add("tokens.weight", VOCABULARY, WIDTH);
        for (String name : List.of("q_proj", "k_proj", "v_proj", "out_proj", "head")) {
            checkpoint.linear(name, WIDTH, WIDTH);
        }
        checkpoint.write(folder);
    }

    @ParameterizedTest
    @CsvSource({"true, 0, 1", "false, 0, 3", "true, 1, 1", "false, 4, 1", "false, 4, 5", "true, 5, 17", "true, 40, 6"})
    void attends(boolean scaled, int window, int piece) {
        int[] ids = new Random(3).ints(LENGTH, 0, VOCABULARY).toArray();
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(NetworkOptions.cpu(), weights)) {
            Layers at = builder.layers();
            Rows rows = Rows.of(at, Paging.of(LENGTH, 4));
            var x = at.cachedAttention(
                    at.embedding(rows.ids(), "tokens", VOCABULARY, WIDTH),
                    HEADS,
                    AttentionNames.TRANSFORMERS,
                    rows,
                    new Relation(null, scaled, window));
            Decoder decoder = Decoder.of(at, rows, null, x, last -> at.logits(last, "head.weight", "head.bias", WIDTH));
            double[][] expected = expected(weights, ids, scaled ? 1 : Math.sqrt((double) WIDTH / HEADS), window);
            try (Network network = builder.build()) {
                int[] blocks = IntStream.rangeClosed(1, 5).toArray();
                for (int from = 0; from < LENGTH; from += piece) {
                    int to = Math.min(LENGTH, from + piece);
                    Row row = new Row(Arrays.copyOfRange(ids, from, to), from, blocks, new int[0], 0);
                    float[][] found = new float[1][WIDTH];
                    decoder.next(network, List.of(row), found);
                    for (int i = 0; i < WIDTH; i++) {
                        assertThat((double) found[0][i]).isCloseTo(expected[to - 1][i], Offset.offset(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void refusesAWindowOfLessThanNothing() {
        assertThatThrownBy(() -> new Relation(null, true, -1)).hasMessage("window: -1 (expected: >= 0)");
    }

    /** Attends from each token to those that it is to see, and no others. */
    private static double[][] expected(Weights weights, int[] ids, double gain, int window) {
        float[] table = values(weights, "tokens.weight");
        double[][] x = new double[LENGTH][WIDTH];
        for (int t = 0; t < LENGTH; t++) {
            for (int i = 0; i < WIDTH; i++) {
                x[t][i] = table[ids[t] * WIDTH + i];
            }
        }
        double[][] q = linear(weights, x, "q_proj");
        double[][] k = linear(weights, x, "k_proj");
        double[][] v = linear(weights, x, "v_proj");
        double[][] seen = new double[LENGTH][];
        for (int t = 0; t < LENGTH; t++) {
            int first = window == 0 ? 0 : Math.max(0, t + 1 - window);
            double[] query = Arrays.stream(q[t]).map(value -> value * gain).toArray();
            double[][] keys = Arrays.copyOfRange(k, first, t + 1);
            double[][] own = Arrays.copyOfRange(v, first, t + 1);
            seen[t] = Naive.attend(new double[][] {query}, keys, own, HEADS, false)[0];
        }
        return linear(weights, linear(weights, seen, "out_proj"), "head");
    }

    private static double[][] linear(Weights weights, double[][] x, String name) {
        return Naive.linear(x, values(weights, name + ".weight"), values(weights, name + ".bias"));
    }

    private static float[] values(Weights weights, String name) {
        StoredTensor tensor = weights.tensor(name);
        float[] values = new float[Math.toIntExact(tensor.elements())];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }
}
