package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Arrays;

/** Arithmetic over what a network says of every token: (V) numbers, of which those left out are -Infinity. */
final class Logits {

    private static final int PART_BITS = 6;
    private static final int PARTS = 1 << PART_BITS;
    private static final double UNITS_PER_PART = Math.log(2) / PARTS;
    private static final double PARTS_PER_UNIT = PARTS / Math.log(2);

    /** What rounds a double to an integer, and puts this into its lowest bits, if it is added. */
    private static final double ROUNDING = 1.5 * (1L << 52);

    /** The bits of 2^(i/64). */
    private static final long[] POWERS = powers();

    private Logits() {}

    /**
     * Returns the most likely token, the first of equals; -1 if all are left out.
     *
     * @throws ModelException NOT_FINITE if a number is NaN or Infinity
     */
    static int best(float[] logits) {
        int best = -1;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.length; i++) {
            float logit = logits[i];
            // Written so that NaN gets here too: one comparison a token does all.
            if (!(logit <= most)) {
                if (!(logit < Float.POSITIVE_INFINITY)) {
                    throw notFinite(logit);
                }
                most = logit;
                best = i;
            }
        }
        return best;
    }

    /**
     * Returns the largest number.
     *
     * @throws ModelException NOT_FINITE if a number is NaN or Infinity, or all are -Infinity
     */
    static float max(float[] logits) {
        int best = best(logits);
        if (best < 0) {
            throw notFinite(Float.NEGATIVE_INFINITY);
        }
        return logits[best];
    }

    /**
     * Returns log(sum(exp(logits))) minus the largest.
     *
     * @param max the largest of them
     */
    static double logSum(float[] logits, float max) {
        double even = 0;
        double odd = 0;
        int i = 0;
        // Two sums, so that one addition need not wait for the other.
        for (; i + 1 < logits.length; i += 2) {
            even += exp(logits[i] - max);
            odd += exp(logits[i + 1] - max);
        }
        if (i < logits.length) {
            even += exp(logits[i] - max);
        }
        return Math.log(even + odd);
    }

    /**
     * Turns logits into natural log-probabilities.
     *
     * @throws ModelException NOT_FINITE as {@link #max}
     */
    static void logSoftmax(float[] logits) {
        float max = max(logits);
        float sum = (float) logSum(logits, max);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = logits[i] - max - sum;
        }
    }

    /**
     * Returns e^x for x at most 0, to nine digits: several times as fast as {@link Math#exp}, which rounds correctly.
     *
     * <p>x is k/64 ln 2 + r; of 2^(k/64) the fraction comes from a table and the rest is the exponent.
     */
    static double exp(double x) {
        if (x < -700) {
            return 0;
        }
        double shifted = x * PARTS_PER_UNIT + ROUNDING;
        int k = (int) Double.doubleToRawLongBits(shifted);
        double r = x - (shifted - ROUNDING) * UNITS_PER_PART;
        double series = 1 + r * (1 + r * (1 / 2.0 + r * (1 / 6.0)));
        long exponent = (long) (k >> PART_BITS) << 52;
        return Double.longBitsToDouble(POWERS[k & (PARTS - 1)] + exponent) * series;
    }

    private static long[] powers() {
        long[] powers = new long[PARTS];
        Arrays.setAll(powers, i -> Double.doubleToRawLongBits(Math.pow(2, (double) i / PARTS)));
        return powers;
    }

    static ModelException notFinite(float logit) {
        return new ModelException(Reason.NOT_FINITE, "logits: %s (expected: finite numbers)".formatted(logit));
    }
}
