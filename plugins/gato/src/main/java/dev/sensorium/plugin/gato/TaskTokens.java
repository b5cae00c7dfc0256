package dev.sensorium.plugin.gato;

import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import java.util.Collections;
import java.util.List;

/**
 * The tokens of one task (Reed et al. 2022, section 2.2).
 *
 * @param instruction what is to be done
 * @param observations of its observations
 * @param actions of its actions
 */
record TaskTokens(Piece instruction, ObservationTokens observations, ActionTokens actions) {

    /**
     * Reads a task.
     *
     * @throws ModelException INVALID_INPUT at the part whose space the model has no tokens for
     */
    static TaskTokens of(GatoConfig config, Tokenizer words, PatchReader pictures, Task task) {
        Layout layout = config.layout();
        int[] ids = task.instruction().isBlank() ? new int[0] : words.encodePlain(task.instruction());
        for (int i = 0; i < ids.length; i++) {
            ids[i] = layout.at(layout.promptPlace(), ids[i]);
        }
        return new TaskTokens(
                new Piece(ids, List.of()),
                new ObservationTokens(layout, words, pictures, task.observation()),
                new ActionTokens(config, words, task.action()));
    }

    /** Returns how many tokens a timestep has at least. */
    int shortestStep() {
        return observations.shortest() + actions.least();
    }

    /** Requires that the integers of a space have ids. */
    static void requireIntegers(Layout layout, String name, Space space) {
        int most = space instanceof Space.Discrete discrete
                ? discrete.size()
                : space instanceof Space.MultiDiscrete several ? Collections.max(several.sizes()) : 0;
        if (most > layout.discreteSize()) {
            throw invalid(name, "%d integers (expected: <= %d)".formatted(most, layout.discreteSize()));
        }
    }

    /** Returns how many numbers a value of a space has; 1 for a text, which has an end at least. */
    static int numbers(Space space) {
        return space instanceof Space.Box box
                ? box.size()
                : space instanceof Space.MultiDiscrete several ? several.sizes().size() : 1;
    }

    static ModelException invalid(String part, String problem) {
        return new ModelException(Reason.INVALID_INPUT, problem).at(part);
    }
}
