package dev.sensorium.plugin.gato.jat;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import java.util.List;
import java.util.Map;

/**
 * What a task's actions are to the network: one of several, or real numbers.
 *
 * @param config the sizes of the network
 * @param part the name of the only part
 * @param space its space
 */
record Deeds(JatConfig config, String part, Space space) {

    /**
     * Reads the spaces of a task.
     *
     * @throws ModelException INVALID_INPUT naming the first part that the network cannot do
     */
    static Deeds of(JatConfig config, Map<String, Space> spaces) {
        String first = null;
        for (String part : spaces.keySet()) {
            if (first != null) {
                throw refuse(part, "one more part", "one part");
            }
            first = part;
        }
        Deeds deeds = new Deeds(
                config, String.valueOf(first), spaces.values().iterator().next());
        deeds.require();
        return deeds;
    }

    /** Returns whether an action is one of several. */
    boolean discrete() {
        return space instanceof Space.Discrete;
    }

    /** Returns how many there are to choose from, or how many numbers an action has. */
    int count() {
        return space instanceof Space.Discrete discrete ? discrete.size() : ((Space.Box) space).size();
    }

    /** Returns the token of an action that lies in the space. */
    Token token(Action action) {
        List<Float> values = action.values().get(part) instanceof Numbers numbers ? numbers.values() : List.of();
        return discrete() ? new Token.Choice(values.get(0).intValue()) : token(Sights.floats(values, values.size()));
    }

    /** Returns the token of the numbers that the network gave. */
    Token token(float[] numbers) {
        return new Token.Seen(Sight.Reals.of(numbers, config.numbers()));
    }

    /** Returns one of several actions. */
    Action action(int choice) {
        return new Action(Map.of(part, Numbers.of(choice)));
    }

    /** Returns the action of the numbers that the network gave, each moved to the nearest within its bounds. */
    Action action(float[] numbers) {
        Space.Box box = (Space.Box) space;
        float[] bounded = new float[numbers.length];
        for (int i = 0; i < bounded.length; i++) {
            bounded[i] = Math.min(box.high().get(i), Math.max(box.low().get(i), numbers[i]));
        }
        return new Action(Map.<String, Value>of(part, Numbers.of(bounded)));
    }

    private void require() {
        if (space instanceof Space.Discrete discrete) {
            if (discrete.size() > config.vocabulary()) {
                throw refuse(part, "%d actions".formatted(discrete.size()), "<= " + config.vocabulary());
            }
        } else if (space instanceof Space.Box box) {
            if (box.shape().size() != 1 || box.size() > config.numbers()) {
                throw refuse(part, "shape " + box.shape(), "one dimension of <= %d".formatted(config.numbers()));
            }
        } else {
            throw refuse(part, space instanceof Space.Text ? "text" : "several integers", "a discrete space or a box");
        }
    }

    private static ModelException refuse(String part, String found, String expected) {
        return new ModelException(Reason.INVALID_INPUT, "%s (expected: %s)".formatted(found, expected))
                .at("action_spaces[\"%s\"]".formatted(part));
    }
}
