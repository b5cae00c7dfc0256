package dev.sensorium.kit.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

    private static final float[] NOTHING = new float[TinyDecoder.ENCODER_WIDTH];

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "4, 7", "16, 30"})
    void readsInChunksOfAnySize(int blockSize, int chunk) {
        int[] tokens = TinyDecoder.tokens(30, 1);
        try (TinyDecoder tiny = TinyDecoder.open(folder, Paging.of(32, blockSize), null)) {
            List<float[]> expected = tiny.logits(tokens, NOTHING);
            int[] blocks = IntStream.rangeClosed(1, tiny.decoder().paging().blocksOf(30))
                    .toArray();
            for (int from = 0; from < tokens.length; from += chunk) {
                int to = Math.min(tokens.length, from + chunk);
                Row row = row(tiny, tokens, from, to, blocks);
                assertClose(next(tiny, row)[0], expected.get(to - 1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "4, 7", "16, 30"})
    void attendsToWhatTheEncoderMade(int blockSize, int length) {
        int[] tokens = TinyDecoder.tokens(5, 1);
        float[] encoded = TinyDecoder.encoded(length, 1);
        try (TinyDecoder tiny = TinyDecoder.open(folder, Paging.of(32, blockSize), Paging.of(32, blockSize))) {
            int[] memory = IntStream.rangeClosed(1, tiny.decoder().paging().blocksOf(length))
                    .toArray();
            int[] blocks = IntStream.rangeClosed(1, tiny.decoder().paging().blocksOf(5))
                    .toArray();
            tiny.decoder().remember(tiny.network(), encoded, memory);
            Row row = new Row(tokens, 0, blocks, memory, length);
            assertClose(next(tiny, row)[0], tiny.logits(tokens, encoded).get(4));
        }
    }

    @Test
    void rowsOfOneBatchAreAtPlacesOfTheirOwn() {
        int[] lengths = {1, 5, 13, 2};
        try (TinyDecoder tiny = TinyDecoder.open(folder, Paging.of(200, 4), Paging.of(100, 3))) {
            int[][] tokens = new int[4][];
            int[][] blocks = new int[4][];
            int[][] memory = new int[4][];
            List<List<float[]>> expected = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int base = 9 * i;
                tokens[i] = TinyDecoder.tokens(lengths[i] + 20, i);
                float[] encoded = TinyDecoder.encoded(lengths[i], i);
                expected.add(tiny.logits(tokens[i], encoded));
                blocks[i] = IntStream.rangeClosed(1, 9).map(b -> base + 10 - b).toArray();
                memory[i] = IntStream.rangeClosed(1, (lengths[i] + 2) / 3)
                        .map(b -> base + b)
                        .toArray();
                tiny.decoder().remember(tiny.network(), encoded, memory[i]);
            }
            for (int step = -1; step < 20; step++) {
                List<Row> batch = new ArrayList<>();
                List<float[]> logits = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    if (step >= 0 && (step + i) % 4 == 0) {
                        continue; // this row is not in this batch; its tokens are read with the next ones
                    }
                    int from = step < 0 ? 0 : lengths[i] + step - ((step + i + 3) % 4 == 0 && step > 0 ? 1 : 0);
                    int to = lengths[i] + step + 1;
                    batch.add(new Row(
                            Arrays.copyOfRange(tokens[i], from, to),
                            from,
                            Arrays.copyOf(blocks[i], tiny.decoder().paging().blocksOf(to)),
                            memory[i],
                            lengths[i]));
                    logits.add(expected.get(i).get(to - 1));
                }
                float[][] actual = new float[batch.size()][TinyDecoder.VOCABULARY];
                tiny.decoder().next(tiny.network(), batch, actual);
                for (int i = 0; i < actual.length; i++) {
                    assertClose(actual[i], logits.get(i));
                }
            }
        }
    }

    @Test
    void aCopyGoesItsOwnWay() {
        int[] tokens = TinyDecoder.tokens(12, 1);
        int[] other = tokens.clone();
        other[10] = (tokens[10] + 1) % TinyDecoder.VOCABULARY;
        try (TinyDecoder tiny = TinyDecoder.open(folder, Paging.of(50, 4), null)) {
            next(tiny, row(tiny, tokens, 0, 10, new int[] {1, 2, 3}));
            tiny.decoder().copy(tiny.network(), new int[] {3}, new int[] {4});
            next(tiny, row(tiny, other, 10, 11, new int[] {1, 2, 4}));
            next(tiny, row(tiny, tokens, 10, 11, new int[] {1, 2, 3}));
            assertClose(
                    next(tiny, row(tiny, other, 11, 12, new int[] {1, 2, 4}))[0],
                    tiny.logits(other, NOTHING).get(11));
            assertClose(
                    next(tiny, row(tiny, tokens, 11, 12, new int[] {1, 2, 3}))[0],
                    tiny.logits(tokens, NOTHING).get(11));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9})
    void scoresWhatFollows(int from) {
        int[] tokens = TinyDecoder.tokens(9, 1);
        int[] following = Arrays.copyOfRange(TinyDecoder.tokens(10, 1), 1, 10);
        try (TinyDecoder tiny = TinyDecoder.open(folder, Paging.of(50, 4), null)) {
            List<float[]> expected = tiny.logits(tokens, NOTHING);
            Row one = row(tiny, tokens, 0, 9, new int[] {1, 2, 3});
            Row other = row(tiny, tokens, 0, from, new int[] {4, 5, 6});
            float[][] scores = tiny.decoder()
                    .score(tiny.network(), List.of(one, other), new int[][] {following, Arrays.copyOf(following, from)
                    });
            assertThat(scores[1]).hasSize(from);
            for (int i = 0; i < 9; i++) {
                double sum = 0;
                for (float logit : expected.get(i)) {
                    sum += Math.exp(logit);
                }
                double logProbability = expected.get(i)[following[i]] - Math.log(sum);
                assertThat((double) scores[0][i]).isEqualTo(logProbability, Offset.offset(1e-5));
                if (i < from) {
                    assertThat((double) scores[1][i]).isEqualTo(logProbability, Offset.offset(1e-5));
                }
            }
        }
    }

    @Test
    void computesInBfloat16() {
        int[] tokens = TinyDecoder.tokens(8, 1);
        float[] encoded = TinyDecoder.encoded(7, 1);
        try (TinyDecoder tiny = TinyDecoder.open(folder, Paging.of(50, 4), Paging.of(10, 4), Precision.BFLOAT16)) {
            tiny.decoder().remember(tiny.network(), encoded, new int[] {1, 2});
            float[][] logits = new float[1][TinyDecoder.VOCABULARY];
            for (int i = 0; i < 8; i++) {
                Row row = new Row(new int[] {tokens[i]}, i, new int[] {1, 2}, new int[] {1, 2}, 7);
                tiny.decoder().next(tiny.network(), List.of(row), logits);
            }
            float[] expected = tiny.logits(tokens, encoded).get(7);
            for (int i = 0; i < expected.length; i++) {
                assertThat(logits[0][i]).isEqualTo(expected[i], Offset.offset(0.1f));
            }
        }
    }

    private static Row row(TinyDecoder tiny, int[] tokens, int from, int to, int[] blocks) {
        int[] used = Arrays.copyOf(blocks, tiny.decoder().paging().blocksOf(to));
        return new Row(Arrays.copyOfRange(tokens, from, to), from, used, new int[0], 0);
    }

    private static float[][] next(TinyDecoder tiny, Row... rows) {
        float[][] logits = new float[rows.length][TinyDecoder.VOCABULARY];
        tiny.decoder().next(tiny.network(), List.of(rows), logits);
        return logits;
    }

    private static void assertClose(float[] actual, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("logit %d", i).isEqualTo(expected[i], Offset.offset(1e-5f));
        }
    }
}
