package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.PicturePrompt;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.decode.Place;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.util.Set;

/** Reads prompts of one picture and at most one text. */
final class PromptReader {

    private static final int[] NONE = {};

    private final Readers readers;
    private final Set<Task> tasks;
    private final int states;

    /**
     * Returns a reader for a model.
     *
     * @param tasks what it can be asked for
     * @param states how many states a picture has
     */
    PromptReader(Readers readers, Set<Task> tasks, int states) {
        this.readers = readers;
        this.tasks = tasks;
        this.states = states;
    }

    /**
     * What a prompt holds.
     *
     * @param picture its picture
     * @param ids the ids of its text, start and end included; none if it has no text
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
    record Read(PictureSource picture, int[] ids) {}

    /**
     * Reads a prompt.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG
     */
    Read read(Prompt prompt, PrepareOptions options) {
        PicturePrompt asked = PicturePrompt.of(prompt, tasks);
        int[] ids = asked.text(text -> readers.texts().ids(text, options)).orElse(NONE);
        PictureSource picture =
                asked.picture(image -> PictureSource.of(readers.images().pixels(image, options), states));
        return new Read(picture, ids);
    }

    /** Returns the ids of how the text is to begin, start and end included; none if the prompt does not say. */
    int[] prefix(Prompt prompt, PrepareOptions options) {
        return prompt.prefix().isEmpty()
                ? NONE
                : Place.named("prefix", () -> readers.texts().ids(new Text(prompt.prefix()), options));
    }
}
