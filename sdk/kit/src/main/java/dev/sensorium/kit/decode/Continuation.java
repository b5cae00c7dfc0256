package dev.sensorium.kit.decode;

import dev.sensorium.spi.Generator.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text that is being scored: its tokens are read after the prompt's, and each is told how likely it was. */
final class Continuation {

    private final Reading reading;
    private final int[] tokens;
    private final List<Float> logProbabilities = new ArrayList<>();

    /**
     * Begins a text.
     *
     * @param line the prompt's, without its last token
     * @param prompt what it follows
     * @param tokens the text's, at least one
     */
    Continuation(Line line, Opening prompt, int[] tokens) {
        int[] read = new int[tokens.length];
        read[0] = prompt.ids()[prompt.ids().length - 1];
        System.arraycopy(tokens, 0, read, 1, tokens.length - 1);
        this.reading = new Reading(line, read, prompt.lastViews(read.length));
        this.tokens = tokens;
    }

    Reading reading() {
        return reading;
    }

    /** Returns the text's tokens that are told of when so many tokens are read. */
    int[] following(int count) {
        return Arrays.copyOfRange(tokens, logProbabilities.size(), logProbabilities.size() + count);
    }

    /** Takes how likely the next tokens were. */
    void scored(float[] likely) {
        for (float value : likely) {
            if (!Float.isFinite(value)) {
                throw Logits.notFinite(value);
            }
            logProbabilities.add(value);
        }
    }

    /** Returns whether all its tokens are told of. */
    boolean isDone() {
        return logProbabilities.size() == tokens.length;
    }

    Score score() {
        return new Score(Arrays.stream(tokens).boxed().toList(), logProbabilities);
    }
}
