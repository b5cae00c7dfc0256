package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How likely tokens are, after the temperature and before the rules. Used by one thread at a time. */
final class Likelihoods {

    private final float temperature;
    private final @Nullable Top top;

    /** Logits over the temperature, and the logarithm of the sum of e to each. */
    private float[] logits = {};

    private double sum;

    /**
     * Prepares to tell.
     *
     * @param best how many of the most likely tokens are told; 0 for none
     */
    Likelihoods(Decoding.Strategy strategy, int best) {
        this.temperature = strategy instanceof Decoding.Sample sample ? (float) sample.temperature() : 1;
        this.top = best == 0 ? null : new Top(best);
    }

    /**
     * Takes note of logits (V) before they are changed.
     *
     * @throws dev.sensorium.spi.ModelException NOT_FINITE if they are not finite
     */
    void note(float[] row) {
        if (logits.length != row.length) {
            logits = new float[row.length];
        }
        float max = Logits.max(row) / temperature;
        for (int i = 0; i < row.length; i++) {
            logits[i] = row[i] / temperature;
        }
        sum = max + Logits.logSum(logits, max);
    }

    /** Returns a token with what was noted of it. */
    Chosen of(int token) {
        List<Integer> best = new ArrayList<>();
        List<Float> logProbabilities = new ArrayList<>();
        if (top != null) {
            top.clear();
            top.offerAll(logits, 0, 0);
            top.sort();
            for (int rank = 0; rank < top.size(); rank++) {
                best.add(top.place(rank));
                logProbabilities.add(logProbability(top.place(rank)));
            }
        }
        return new Chosen(token, logProbability(token), best, logProbabilities);
    }

    private float logProbability(int token) {
        return (float) (logits[token] - sum);
    }
}
