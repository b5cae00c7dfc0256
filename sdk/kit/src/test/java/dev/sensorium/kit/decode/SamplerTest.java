package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.spi.Decoding.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SamplerTest {

    private static final float[][] ROWS = DecodingGoldens.matrix("rows.safetensors", "rows");

    static List<DecodingGoldens.Warped> warped() {
        return DecodingGoldens.warped();
    }

    /** Which of equal logits the reference's top-p leaves depends on the machine, so equals stand for each other. */
    @ParameterizedTest
    @MethodSource("warped")
    void leavesTheTokensAndProbabilitiesOfTheReference(DecodingGoldens.Warped golden) {
        float[] row = ROWS[golden.row()].clone();
        double[] probabilities = new Sampler(golden.settings(), row.length).probabilities(row);
        int[] left =
                IntStream.range(0, row.length).filter(i -> probabilities[i] > 0).toArray();
        assertThat(logits(left, row)).isEqualTo(logits(golden.tokens(), row));
        if (!hasEquals(row)) {
            assertThat(left).isEqualTo(golden.tokens());
        }
        assertThat(Arrays.stream(left)
                        .mapToDouble(i -> probabilities[i])
                        .sorted()
                        .toArray())
                .usingComparatorWithPrecision(1e-6)
                .containsExactly(Arrays.stream(golden.probabilities()).sorted().toArray());
        assertThat(row).isEqualTo(ROWS[golden.row()]);
    }

    private static boolean hasEquals(float[] row) {
        double[] finite = IntStream.range(0, row.length)
                .mapToDouble(i -> row[i])
                .filter(Double::isFinite)
                .toArray();
        return Arrays.stream(finite).distinct().count() < finite.length;
    }

    private static double[] logits(int[] tokens, float[] row) {
        return Arrays.stream(tokens).mapToDouble(i -> row[i]).sorted().toArray();
    }

    @Test
    void ofEqualsTopPLeavesTheLastAsAStableSortDoes() {
        Sampler sampler = new Sampler(new Sample(1, 0, 0.4, 0, OptionalLong.of(1)), 5);
        assertThat(sampler.probabilities(new float[] {2, 2, 2, 2, 2})).containsExactly(0, 0, 0, 0.5, 0.5);
        assertThat(sampler.probabilities(new float[] {0f, -0f, 0f, -0f, 0f})).containsExactly(0, 0, 0, 0.5, 0.5);
    }

    @Test
    void topKLeavesAllEquals() {
        Sampler sampler = new Sampler(new Sample(1, 2, 1, 0, OptionalLong.of(1)), 5);
        assertThat(sampler.probabilities(new float[] {2, 1, 2, 2, 2})).containsExactly(0.25, 0, 0.25, 0.25, 0.25);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1, 0", "0.7, 20, 1, 0", "1.5, 0, 0.9, 0", "1, 0, 1, 0.05", "2, 30, 0.95, 0.02"})
    void choosesAsOftenAsProbable(double temperature, int topK, double topP, double minP) {
        float[] row = ROWS[1];
        Sampler sampler = new Sampler(new Sample(temperature, topK, topP, minP, OptionalLong.of(11)), row.length);
        double[] probabilities = sampler.probabilities(row);
        int draws = 200_000;
        int[] counts = new int[row.length];
        for (int i = 0; i < draws; i++) {
            counts[sampler.choose(row)]++;
        }
        double chiSquare = 0;
        int left = 0;
        for (int i = 0; i < row.length; i++) {
            if (probabilities[i] == 0) {
                assertThat(counts[i]).isZero();
            } else {
                double expected = draws * probabilities[i];
                chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
                left++;
            }
        }
        int freedom = left - 1;
        // The 99.9th percentile, by Wilson and Hilferty's approximation.
        double limit = freedom * Math.pow(1 - 2.0 / (9 * freedom) + 3.09 * Math.sqrt(2.0 / (9 * freedom)), 3);
        assertThat(freedom).isGreaterThan(10);
        assertThat(chiSquare).isLessThan(limit);
    }

    @Test
    void theSameSeedChoosesTheSame() {
        assertThat(draw(5, 200)).isEqualTo(draw(5, 200)).isNotEqualTo(draw(6, 200));
        assertThat(draw(5, 12)).containsExactly(27, 47, 17, 1, 13, 27, 59, 37, 27, 41, 31, 8);
    }

    private static int[] draw(long seed, int count) {
        Sampler sampler = new Sampler(Sample.of(1, seed), ROWS[1].length);
        return IntStream.range(0, count).map(i -> sampler.choose(ROWS[1])).toArray();
    }

    @Test
    void anyNumberWillDoWithoutASeed() {
        Sample settings = new Sample(1, 0, 1, 0, OptionalLong.empty());
        Sampler one = new Sampler(settings, ROWS[0].length);
        Sampler other = new Sampler(settings, ROWS[0].length);
        assertThat(IntStream.range(0, 200).filter(i -> one.choose(ROWS[0]) != other.choose(ROWS[0])))
                .isNotEmpty();
    }

    @Test
    void roundingErrorsChangeNothing() {
        Random noise = new Random(3);
        float[] row = new float[30_000];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) noise.nextGaussian();
        }
        float[] near = row.clone();
        for (int i = 0; i < row.length; i++) {
            near[i] += (float) (1e-6 * noise.nextGaussian());
        }
        Sampler one = new Sampler(Sample.of(1, 8), row.length);
        Sampler other = new Sampler(Sample.of(1, 8), row.length);
        long changed = IntStream.range(0, 200)
                .filter(i -> one.choose(row) != other.choose(near))
                .count();
        assertThat(changed).isLessThanOrEqualTo(2);
    }

    @Test
    void leavesTheSameAsASortOfAllWould() {
        Random random = new Random(9);
        for (int round = 0; round < 200; round++) {
            float[] row = new float[500];
            double scale = Math.exp(random.nextDouble() * 6 - 3);
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (random.nextGaussian() * scale);
            }
            double topP = 0.01 + 0.98 * random.nextDouble();
            double[] left = new Sampler(new Sample(1, 0, topP, 0, OptionalLong.of(1)), 500).probabilities(row);
            assertThat(Arrays.stream(left).filter(p -> p > 0).count()).isEqualTo(countOfTopP(row, topP));
            assertThat(Arrays.stream(left).sum()).isCloseTo(1, within(1e-9));
        }
    }

    private static long countOfTopP(float[] row, double topP) {
        double max = row[Logits.best(row)];
        double[] weights = IntStream.range(0, row.length)
                .mapToDouble(i -> -Math.exp(row[i] - max))
                .sorted()
                .map(weight -> -weight)
                .toArray();
        double wanted = topP * Arrays.stream(weights).sum();
        int count = 0;
        for (double above = 0; above < wanted && count < weights.length; count++) {
            above += weights[count];
        }
        return count;
    }
}
