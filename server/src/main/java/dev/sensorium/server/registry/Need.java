package dev.sensorium.server.registry;

import dev.sensorium.spi.Capability;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Prompt;
import java.util.Locale;
import java.util.Optional;

/**
 * What a call needs of a model.
 *
 * @param capability what it has to be
 * @param task what a generator has to be made for; empty for any
 * @param prompt what a generator had better take; empty if that is not known
 */
public record Need(Class<? extends Capability> capability, Optional<Prompt.Task> task, Optional<Prompt> prompt) {

    /** Returns the need of a capability. */
    public static Need of(Class<? extends Capability> capability) {
        return new Need(capability, Optional.empty(), Optional.empty());
    }

    /** Returns the need of a generator that was made for a task. */
    public static Need of(Prompt.Task task) {
        return new Need(Generator.class, Optional.of(task), Optional.empty());
    }

    /** Returns the need of a generator for a prompt. */
    public static Need of(Prompt prompt) {
        Optional<Prompt.Task> task = Optional.of(prompt.task()).filter(made -> made != Prompt.Task.GENERATE);
        return new Need(Generator.class, task, Optional.of(prompt));
    }

    boolean isMetBy(ModelFacts facts) {
        return hasCapability(facts) && task.map(facts.tasks()::contains).orElse(true);
    }

    /** Returns whether the prompt is of a kind that the model takes. */
    boolean isSuitedBy(ModelFacts facts) {
        return prompt.map(asked -> (facts.turns() || asked.turns().size() == 1)
                        && asked.contents().stream().map(Content::modality).allMatch(facts.modalities()::contains))
                .orElse(true);
    }

    boolean hasCapability(ModelFacts facts) {
        return facts.capabilities().contains(capability);
    }

    /** Returns a task in a word, such as "caption". */
    static String word(Prompt.Task task) {
        return task.name().toLowerCase(Locale.ROOT);
    }
}
