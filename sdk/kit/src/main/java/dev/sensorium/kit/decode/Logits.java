package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;

/** Arithmetic over what a network says of every token: (V) numbers, of which those left out are -Infinity. */
final class Logits {

    private static final double LOG2_E = 1 / Math.log(2);
    private static final double LN_2 = Math.log(2);

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
     * Returns log(sum(exp(logits / temperature))).
     *
     * @throws ModelException NOT_FINITE as {@link #max}
     */
    static double logSumExp(float[] logits, float temperature) {
        float max = max(logits) / temperature;
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < logits.length; i += 2) {
            even += exp(logits[i] / temperature - max);
            odd += exp(logits[i + 1] / temperature - max);
        }
        if (i < logits.length) {
            even += exp(logits[i] / temperature - max);
        }
        return max + Math.log(even + odd);
    }

    /**
     * Turns logits into natural log-probabilities.
     *
     * @throws ModelException NOT_FINITE as {@link #max}
     */
    static void logSoftmax(float[] logits) {
        double sum = logSumExp(logits, 1);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (logits[i] - sum);
        }
    }

    /** Returns e^x for x at most 0, to nine digits: several times as fast as {@link Math#exp}, which rounds correctly. */
    static double exp(double x) {
        if (x < -700) {
            return 0;
        }
        double whole = Math.rint(x * LOG2_E);
        double r = x - whole * LN_2;
        double series = 1 + r / 7 * (1 + r / 8);
        series = 1
                + r * (1 + r * (1 / 2.0 + r * (1 / 6.0 + r * (1 / 24.0 + r * (1 / 120.0 + r * (1 / 720.0) * series)))));
        return series * Double.longBitsToDouble((long) (whole + 1023) << 52);
    }

    static ModelException notFinite(float logit) {
        return new ModelException(Reason.NOT_FINITE, "logits: %s (expected: finite numbers)".formatted(logit));
    }
}
