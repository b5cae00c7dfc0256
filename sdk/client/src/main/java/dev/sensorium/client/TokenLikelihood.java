package dev.sensorium.client;

import java.util.List;

/**
 * How likely a token was, before rules and truncation.
 *
 * @param logProbability the natural logarithm of its probability
 * @param best the most likely tokens, the most likely first
 */
public record TokenLikelihood(float logProbability, List<Candidate> best) {

    public TokenLikelihood {
        best = List.copyOf(best);
    }

    /**
     * A token that might have been chosen.
     *
     * @param token its id
     * @param text what it stands for by itself
     * @param logProbability the natural logarithm of its probability
     */
    public record Candidate(int token, String text, float logProbability) {}
}
