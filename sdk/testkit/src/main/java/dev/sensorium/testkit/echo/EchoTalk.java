package dev.sensorium.testkit.echo;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Prompt;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an echo model generates; {@link EchoProvider} says what its keys mean.
 *
 * @param slots generations that it says words of at the same time
 * @param queue generations that wait for a slot; more are refused
 * @param paceMillis how long it takes to say one word
 * @param repeat how often the prompt's words are said
 */
record EchoTalk(Set<Prompt.Task> tasks, int slots, int queue, int paceMillis, int repeat) {

    EchoTalk {
        if (slots < 1 || queue < 0 || paceMillis < 0 || repeat < 1) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "config.json: slots %d, queue %d, pace_millis %d, repeat %d (expected: >= 1, >= 0, >= 0, >= 1)"
                            .formatted(slots, queue, paceMillis, repeat));
        }
    }

    /** Reads the keys of a config.json. */
    static EchoTalk of(Map<String, String> values) {
        return new EchoTalk(
                tasks(values.get("tasks")),
                Integer.parseInt(values.getOrDefault("slots", "64")),
                Integer.parseInt(values.getOrDefault("queue", "1024")),
                Integer.parseInt(values.getOrDefault("pace_millis", "0")),
                Integer.parseInt(values.getOrDefault("repeat", "1")));
    }

    private static Set<Prompt.Task> tasks(@Nullable String names) {
        if (names == null) {
            return EnumSet.allOf(Prompt.Task.class);
        }
        Set<Prompt.Task> tasks = EnumSet.noneOf(Prompt.Task.class);
        for (String name : names.split(" ")) {
            tasks.add(Prompt.Task.valueOf(name));
        }
        return tasks;
    }
}
