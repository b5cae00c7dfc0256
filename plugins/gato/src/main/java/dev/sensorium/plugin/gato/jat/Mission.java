package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The text that is observed beside integers, at every step: a part of the observation, or else the instruction.
 *
 * @param texts reads it
 * @param end the id that it is filled up with if the tokenizer does not say
 * @param part the name of the part; null if it is the instruction
 * @param instruction the instruction
 */
record Mission(TextReader texts, int end, @Nullable String part, String instruction) {

    /** Tokens of a text, which are observed as integers; a number of the reference's code. */
    static final int LENGTH = 64;

    Mission {
        if (part != null && !instruction.isBlank()) {
            throw invalid(
                    "instruction",
                    "%d characters (expected: none beside \"%s\")".formatted(instruction.length(), part));
        }
        if (part == null) {
            ids(texts, end, "instruction", instruction);
        }
    }

    /**
     * Returns the ids of the text, filled up.
     *
     * @param name what the observation is called
     * @throws ModelException INVALID_INPUT if it is too long
     */
    int[] ids(String name, Observation observation) {
        if (part == null) {
            return ids(texts, end, "instruction", instruction);
        }
        String text = observation.values().get(part) instanceof Value.Words words ? words.text() : "";
        return ids(texts, end, "%s[\"%s\"]".formatted(name, part), text);
    }

    private static int[] ids(TextReader texts, int end, String name, String text) {
        int[] ids = texts.tokenizer().encode(text);
        if (ids.length > LENGTH) {
            throw invalid(name, "%d tokens (expected: <= %d)".formatted(ids.length, LENGTH));
        }
        int[] padded = Arrays.copyOf(ids, LENGTH);
        Arrays.fill(padded, ids.length, LENGTH, texts.pad().orElse(end));
        return padded;
    }

    private static ModelException invalid(String part, String problem) {
        return new ModelException(Reason.INVALID_INPUT, problem).at(part);
    }
}
