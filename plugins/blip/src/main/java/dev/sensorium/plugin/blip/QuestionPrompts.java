package dev.sensorium.plugin.blip;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import java.util.Set;

/** Prompts for answers: a picture and a question about it. */
final class QuestionPrompts implements Prompts {

    private final BlipConfig.Text config;
    private final PromptReader reader;

    QuestionPrompts(BlipConfig config, Readers readers) {
        this.config = config.text();
        this.reader = new PromptReader(readers, tasks(), config.vision().states());
    }

    @Override
    public Set<Task> tasks() {
        return Set.of(Task.GENERATE, Task.ANSWER);
    }

    /** The question's first token stays the tokenizer's: the original model had another one there. */
    @Override
    public Beginning read(Prompt prompt, PrepareOptions options) {
        PromptReader.Read read = reader.read(prompt, options);
        if (read.ids().length == 0) {
            throw new ModelException(Reason.INVALID_INPUT, "no TEXT (expected: one, the question)").at("contents");
        }
        QuestionSource question = new QuestionSource(PreparedText.padded(read.ids(), config), read.picture());
        return Beginning.of(reader.prefix(prompt, options), config.tokens().begin(), question);
    }
}
