package dev.sensorium.plugin.gato;

import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.plugin.gato.Describer.Wish;
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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads prompts of one picture and at most one text, which says what is wanted.
 *
 * @param config says what is wanted if the prompt does not
 * @param images reads pictures
 * @param texts reads texts
 */
record WishReader(GatoConfig config, ImageReader images, TextReader texts) {

    /** What prompts may hold. */
    static final Set<Modality> MODALITIES = Set.of(Modality.IMAGE, Modality.TEXT);

    /** What can be asked for. */
    static final Set<Task> TASKS = Set.of(Task.GENERATE, Task.CAPTION);

    /**
     * Reads a prompt.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG
     */
    Wish read(Prompt prompt, PrepareOptions options) {
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
        int[] instruction = text < 0
                ? texts.tokenizer().encodePlain(config.texts().captionPrompt())
                : named("contents[%d]".formatted(text), () -> plain((Text) contents.get(text), options));
        int patches = config.pictures().grid().patches();
        PictureSource picture = named(
                "contents[%d]".formatted(image),
                () -> PictureSource.read((Image) contents.get(image), images, options, patches));
        return new Wish(instruction, picture, texts.tokenizer().encodePlain(prompt.prefix()));
    }

    /** Returns the ids of a text without those around it. */
    private int[] plain(Text text, PrepareOptions options) {
        int[] whole = texts.ids(text, options);
        int[] ids = texts.tokenizer().encodePlain(text.value());
        return ids.length <= whole.length ? ids : Arrays.copyOf(ids, whole.length);
    }

    private static void requireTask(Prompt prompt) {
        if (!TASKS.contains(prompt.task())) {
            throw invalid("task: %s (expected: one of %s)"
                    .formatted(prompt.task(), TASKS.stream().sorted().toList()));
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

    /** Returns what is supplied; the message of what it throws begins with the name of the part. */
    private static <T> T named(String part, Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "%s: %s".formatted(part, e.getMessage()), e);
        }
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }
}
