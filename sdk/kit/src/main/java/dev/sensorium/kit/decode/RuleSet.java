package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one request, in the order of transformers' {@code _get_logits_processor}. */
final class RuleSet {

    private final List<Rule> rules = new ArrayList<>();
    private final @Nullable BadWords badWords;

    /**
     * Reads the rules.
     *
     * @throws ModelException INVALID_INPUT if the model cannot follow them
     */
    RuleSet(Decoding decoding, Vocabulary vocabulary) {
        Decoding.Rules asked = decoding.rules();
        this.badWords = asked.badWords().isEmpty() ? null : new BadWords(asked.badWords(), vocabulary);
        if (asked.repetitionPenalty() != 1) {
            rules.add(new RepetitionPenalty(asked.repetitionPenalty()));
        }
        if (asked.noRepeatNgram() > 0) {
            rules.add(new NoRepeatNgram(asked.noRepeatNgram()));
        }
        if (badWords != null) {
            rules.add(badWords);
        }
        if (decoding.length().min() > 0) {
            rules.add(new Banned(vocabulary.ends(), decoding.length().min()));
        }
        if (!asked.allowedTexts().isEmpty()) {
            rules.add(new AllowedTexts(asked.allowedTexts(), vocabulary));
        }
        if (vocabulary.never().length > 0) {
            rules.add(Banned.forGood(vocabulary.never()));
        }
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Changes the scores (V) of what follows. */
    void apply(float[] scores, Tokens tokens) {
        for (Rule rule : rules) {
            rule.apply(scores, tokens);
        }
    }

    /** Returns whether a token that {@link #apply} left may not follow nevertheless. */
    boolean forbid(Tokens tokens, int token) {
        return badWords != null && badWords.completedBy(tokens, token);
    }

    /** Returns the failure if no token is left. */
    static ModelException nothingLeft(int generated) {
        return new ModelException(
                Reason.INVALID_INPUT,
                "rules: 0 tokens are left after %d generated (expected: at least one)".formatted(generated));
    }
}
