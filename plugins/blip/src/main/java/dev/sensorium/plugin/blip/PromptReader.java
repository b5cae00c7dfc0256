package dev.sensorium.plugin.blip;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Set;

/** Reads prompts of one picture and at most one text. */
final class PromptReader {

    /** What prompts may hold. */
    static final Set<Modality> MODALITIES = Set.of(Modality.IMAGE, Modality.TEXT);

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
        requireTask(prompt);
        List<Content> contents = prompt.contents();
        for (int i = 0; i < contents.size(); i++) {
            Modality modality = contents.get(i).modality();
            if (!MODALITIES.contains(modality)) {
                throw invalid("contents[%d]: %s (expected: IMAGE or TEXT)".formatted(i, modality));
            }
        }
        int image = only(Modality.IMAGE, contents);
        if (image < 0) {
            throw invalid("contents: no IMAGE (expected: one)");
        }
        int text = only(Modality.TEXT, contents);
        int[] ids = text < 0
                ? NONE
                : Place.named("contents", text, () -> readers.texts().ids((Text) contents.get(text), options));
        PictureSource picture = Place.named(
                "contents",
                image,
                () -> PictureSource.read((Image) contents.get(image), readers.images(), options, states));
        return new Read(picture, ids);
    }

    /** Returns the ids of how the text is to begin, start and end included; none if the prompt does not say. */
    int[] prefix(Prompt prompt, PrepareOptions options) {
        return prompt.prefix().isEmpty()
                ? NONE
                : Place.named("prefix", () -> readers.texts().ids(new Text(prompt.prefix()), options));
    }

    private void requireTask(Prompt prompt) {
        if (!tasks.contains(prompt.task())) {
            throw invalid("task: %s (expected: one of %s)"
                    .formatted(prompt.task(), tasks.stream().sorted().toList()));
        }
        if (prompt.turns().size() > 1) {
            throw invalid("turns: %d (expected: 1)".formatted(prompt.turns().size()));
        }
        Role role = prompt.turns().get(0).role();
        if (role != Role.USER) {
            throw invalid("turns[0].role: %s (expected: USER)".formatted(role));
        }
    }

    /** Returns the place of the only content of this modality; -1 if there is none. */
    private static int only(Modality modality, List<Content> contents) {
        int place = -1;
        for (int i = 0; i < contents.size(); i++) {
            if (contents.get(i).modality() != modality) {
                continue;
            }
            if (place >= 0) {
                throw invalid("contents[%d]: a second %s (expected: one)".formatted(i, modality));
            }
            place = i;
        }
        return place;
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }
}
