package dev.sensorium.client;

import dev.sensorium.client.Value.Numbers;
import java.util.List;
import java.util.Map;

/**
 * What is done at one step of an episode.
 *
 * @param values one for each part of {@link PolicyTask#action}
 */
public record Action(Map<String, Value> values) {

    public Action {
        values = Map.copyOf(values);
    }

    /**
     * Returns the numbers of a part.
     *
     * @throws IllegalArgumentException if there is none of that name, or it is no numbers
     */
    public List<Float> numbers(String part) {
        if (values.get(part) instanceof Numbers numbers) {
            return numbers.values();
        }
        throw new IllegalArgumentException(
                "part: \"%s\" (expected: one with numbers, of %s)".formatted(part, values.keySet()));
    }

    /**
     * Returns the integer of a part of a discrete space.
     *
     * @throws IllegalArgumentException if there is none of that name, or it is no number
     */
    public int integer(String part) {
        return Math.round(numbers(part).get(0));
    }
}
