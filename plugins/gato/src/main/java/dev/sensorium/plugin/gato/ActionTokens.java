package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens of actions: the parts in the order of their names, integers by themselves, and real numbers as bins between
 * their bounds, without the mu-law.
 */
final class ActionTokens {

    private final Layout layout;
    private final SortedMap<String, Space> spaces;
    private final List<Choice> choices = new ArrayList<>();

    ActionTokens(Layout layout, Map<String, Space> spaces) {
        this.layout = layout;
        this.spaces = new TreeMap<>(spaces);
        this.spaces.forEach((part, space) -> add("action_spaces[\"%s\"]".formatted(part), space));
    }

    /** Returns what each token is chosen from. */
    List<Choice> choices() {
        return Collections.unmodifiableList(choices);
    }

    /** Returns the tokens of an action that lies in the spaces. */
    Piece piece(Action action) {
        int[] tokens = new int[choices.size()];
        int at = 0;
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
            List<Float> values = ObservationTokens.numbersOf(action.values(), part.getKey());
            for (int i = 0; i < values.size(); i++, at++) {
                int id = part.getValue() instanceof Space.Box box
                        ? layout.continuousStart() + layout.numbers().bin(scaled(box, i, values.get(i)))
                        : layout.discreteStart() + values.get(i).intValue();
                tokens[at] = layout.at(layout.actionPlace(), id);
            }
        }
        return new Piece(tokens, List.of());
    }

    /** Returns the action that ids stand for; of a bin it is the middle. */
    Action action(int[] ids) {
        Map<String, Value> values = new TreeMap<>();
        int at = 0;
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
            float[] numbers = new float[TaskTokens.numbers(part.getValue())];
            for (int i = 0; i < numbers.length; i++, at++) {
                numbers[i] = part.getValue() instanceof Space.Box box
                        ? unscaled(box, i, layout.numbers().centre(ids[at] - layout.continuousStart()))
                        : ids[at] - layout.discreteStart();
            }
            values.put(part.getKey(), Numbers.of(numbers));
        }
        return new Action(values);
    }

    private void add(String name, Space space) {
        TaskTokens.requireIntegers(layout, name, space);
        if (space instanceof Space.Discrete discrete) {
            choices.add(new Choice(layout.discreteStart(), discrete.size()));
        } else if (space instanceof Space.MultiDiscrete several) {
            several.sizes().forEach(size -> choices.add(new Choice(layout.discreteStart(), size)));
        } else if (space instanceof Space.Box box) {
            for (int i = 0; i < box.size(); i++) {
                requireBounds(
                        "%s[%d]".formatted(name, i),
                        box.low().get(i),
                        box.high().get(i));
                choices.add(
                        new Choice(layout.continuousStart(), layout.numbers().bins()));
            }
        } else {
            throw TaskTokens.invalid(name + ": text (expected: numbers)");
        }
    }

    private static void requireBounds(String name, float low, float high) {
        if (!Float.isFinite(low) || !Float.isFinite(high) || low >= high) {
            throw TaskTokens.invalid("%s: %s to %s (expected: finite bounds, low < high)".formatted(name, low, high));
        }
    }

    private static double scaled(Space.Box box, int index, double value) {
        double low = box.low().get(index);
        double high = box.high().get(index);
        return (value - low) / (high - low) * 2 - 1;
    }

    private static float unscaled(Space.Box box, int index, double y) {
        double low = box.low().get(index);
        double high = box.high().get(index);
        return (float) (low + (y + 1) / 2 * (high - low));
    }
}
