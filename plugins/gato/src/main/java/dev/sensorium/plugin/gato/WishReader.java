package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.PicturePrompt;
import dev.sensorium.kit.decode.PictureSource;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.plugin.gato.Describer.Wish;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.util.Arrays;
import java.util.Set;

/**
 * Reads prompts of one picture and at most one text, which says what is wanted.
 *
 * @param config says what is wanted if the prompt does not
 * @param images reads pictures
 * @param texts reads texts
 */
record WishReader(GatoConfig config, ImageReader images, TextReader texts) {

    /** What can be asked for. */
    static final Set<Task> TASKS = Set.of(Task.GENERATE, Task.CAPTION);

    /**
     * Reads a prompt.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG
     */
    Wish read(Prompt prompt, PrepareOptions options) {
        PicturePrompt asked = PicturePrompt.of(prompt, TASKS);
        int[] instruction = asked.text(text -> plain(text, options))
                .orElseGet(() -> texts.tokenizer().encodePlain(config.texts().captionPrompt()));
        int patches = config.pictures().grid().patches();
        PictureSource picture = asked.picture(image -> PictureSource.of(images.pixels(image, options), patches));
        return new Wish(instruction, picture, texts.tokenizer().encodePlain(prompt.prefix()));
    }

    /** Returns the ids of a text without those around it. */
    private int[] plain(Text text, PrepareOptions options) {
        int[] whole = texts.ids(text, options);
        int[] ids = texts.tokenizer().encodePlain(text.value());
        return ids.length <= whole.length ? ids : Arrays.copyOf(ids, whole.length);
    }
}
