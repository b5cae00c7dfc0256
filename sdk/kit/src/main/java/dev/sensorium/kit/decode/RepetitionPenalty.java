package dev.sensorium.kit.decode;

import java.util.BitSet;

/**
 * Makes tokens that were there before, in the prompt too, less likely (Keskar et al. 2019, section 4.1; transformers'
 * {@code RepetitionPenaltyLogitsProcessor}).
 */
final class RepetitionPenalty implements Rule {

    private final float penalty;
    private final BitSet done = new BitSet();

    RepetitionPenalty(double penalty) {
        this.penalty = (float) penalty;
    }

    @Override
    public void apply(float[] scores, Tokens tokens) {
        for (int i = 0; i < tokens.length(); i++) {
            int token = tokens.at(i);
            if (token < scores.length && !done.get(token)) {
                done.set(token);
                scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
            }
        }
        for (int i = 0; i < tokens.length(); i++) {
            done.clear(tokens.at(i));
        }
    }
}
