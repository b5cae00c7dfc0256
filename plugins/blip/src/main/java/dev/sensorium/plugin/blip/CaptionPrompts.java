package dev.sensorium.plugin.blip;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import java.util.Set;

/** Prompts for captions: a picture, and the beginning of what is to be said of it. */
final class CaptionPrompts implements Prompts {

    private final PromptReader reader;
    private final int begin;

    CaptionPrompts(BlipConfig config, Readers readers) {
        this.reader = new PromptReader(readers, tasks(), config.vision().states());
        this.begin = config.text().tokens().begin();
    }

    @Override
    public Set<Task> tasks() {
        return Set.of(Task.GENERATE, Task.CAPTION);
    }

    @Override
    public Beginning read(Prompt prompt, PrepareOptions options) {
        PromptReader.Read read = reader.read(prompt, options);
        if (read.ids().length > 0 && !prompt.prefix().isEmpty()) {
            throw new ModelException(
                            Reason.INVALID_INPUT, "beside a TEXT (expected: one of them, as either begins the caption)")
                    .at("prefix");
        }
        int[] text = read.ids().length > 0 ? read.ids() : reader.prefix(prompt, options);
        return Beginning.of(text, begin, read.picture());
    }
}
