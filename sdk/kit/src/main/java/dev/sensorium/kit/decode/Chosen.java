package dev.sensorium.kit.decode;

import java.util.List;

/**
 * A token that was chosen.
 *
 * @param token its id
 * @param logProbability how likely it was, natural; NaN if nobody asked
 * @param best the ids of the most likely tokens, the most likely first; as many as were asked for
 * @param bestLogProbabilities how likely these were
 */
public record Chosen(int token, float logProbability, List<Integer> best, List<Float> bestLogProbabilities) {

    public Chosen {
        best = List.copyOf(best);
        bestLogProbabilities = List.copyOf(bestLogProbabilities);
    }

    /** Returns a token of which nobody asked how likely it was. */
    static Chosen of(int token) {
        return new Chosen(token, Float.NaN, List.of(), List.of());
    }
}
