package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LogitsTest {

    @Test
    void exponentialsHaveNineDigits() {
        for (double x = 0; x > -700; x -= 0.00137) {
            double expected = Math.exp(x);
            assertThat(Math.abs(Logits.exp(x) - expected)).isLessThan(1e-9 * expected);
        }
        assertThat(Logits.exp(0)).isEqualTo(1);
        assertThat(Logits.exp(-701)).isZero();
        assertThat(Logits.exp(Double.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void logSoftmaxAddsUpToOne() {
        Random random = new Random(2);
        float[] row = new float[30_001];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian() * 20 + 500;
        }
        row[7] = Float.NEGATIVE_INFINITY;
        Logits.logSoftmax(row);
        assertThat(row[7]).isEqualTo(Float.NEGATIVE_INFINITY);
        double sum = IntStream.range(0, row.length)
                .mapToDouble(i -> Math.exp(row[i]))
                .sum();
        assertThat(sum).isCloseTo(1, within(1e-5));
    }

    @Test
    void theBestIsTheFirstOfEquals() {
        assertThat(Logits.best(new float[] {1, 3, 2, 3})).isEqualTo(1);
        assertThat(Logits.best(new float[] {Float.NEGATIVE_INFINITY})).isEqualTo(-1);
    }

    @Test
    void theTopIsThatOfASort() {
        Random random = new Random(5);
        for (int most = 1; most < 40; most++) {
            float[] row = new float[1 + random.nextInt(60)];
            Top top = new Top(most);
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(12) - 6;
                top.offer(row[i], i);
            }
            top.sort();
            int[] sorted = IntStream.range(0, row.length)
                    .boxed()
                    .sorted((one, other) -> Float.compare(row[other], row[one]))
                    .limit(most)
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(IntStream.range(0, top.size()).map(top::place).toArray()).isEqualTo(sorted);
        }
    }
}
