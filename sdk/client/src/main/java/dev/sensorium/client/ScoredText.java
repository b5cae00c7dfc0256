package dev.sensorium.client;

import java.util.List;

/**
 * How likely a text is after a prompt.
 *
 * @param text the text
 * @param logLikelihood the natural logarithm of the probability of the text and of its end
 * @param tokens the text's tokens, and the one that ends it
 * @param logProbabilities the natural logarithm of each token's probability after those before it; their sum is the
 *     log-likelihood
 */
public record ScoredText(String text, double logLikelihood, List<Integer> tokens, List<Float> logProbabilities) {

    public ScoredText {
        tokens = List.copyOf(tokens);
        logProbabilities = List.copyOf(logProbabilities);
    }
}
