package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import java.util.ArrayList;
import java.util.List;

/** How likely tokens are, after the temperature and before the rules. Used by one thread at a time. */
final class Likelihoods {

    private final float temperature;
    private final Top top;
    private float[] logits = {};
    private double sum;

    /**
     * Prepares to tell.
     *
     * @param best how many of the most likely tokens are told
     */
    Likelihoods(Decoding.Strategy strategy, int best) {
        this.temperature = strategy instanceof Decoding.Sample sample ? (float) sample.temperature() : 1;
        this.top = new Top(best);
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
        System.arraycopy(row, 0, logits, 0, row.length);
        sum = Logits.logSumExp(logits, temperature);
    }

    /** Returns a token with what was noted of it. */
    Chosen of(int token) {
        top.clear();
        for (int i = 0; i < logits.length; i++) {
            top.offer(logits[i], i);
        }
        top.sort();
        List<Integer> best = new ArrayList<>();
        List<Float> logProbabilities = new ArrayList<>();
        for (int rank = 0; rank < top.size(); rank++) {
            best.add(top.place(rank));
            logProbabilities.add(logProbability(top.place(rank)));
        }
        return new Chosen(token, logProbability(token), best, logProbabilities);
    }

    private float logProbability(int token) {
        return (float) (logits[token] / temperature - sum);
    }
}
