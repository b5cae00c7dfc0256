package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The tokens of actions: the parts in the order of their names, integers by themselves, real numbers as bins between their
 * bounds, without the mu-law, and texts with their end.
 */
final class ActionTokens {

    private final GatoConfig config;
    private final Layout layout;
    private final Tokenizer words;
    private final SortedMap<String, Space> spaces;

    /** Requires that there are tokens for the spaces. */
    ActionTokens(GatoConfig config, Tokenizer words, Map<String, Space> spaces) {
        this.config = config;
        this.layout = config.layout();
        this.words = words;
        this.spaces = new TreeMap<>(spaces);
        this.spaces.forEach((part, space) -> require("action_spaces[\"%s\"]".formatted(part), space));
    }

    /** Returns how many tokens an action has at least. */
    int least() {
        return spaces.values().stream().mapToInt(TaskTokens::numbers).sum();
    }

    /** Returns how many tokens an action has at most. */
    int most() {
        return spaces.values().stream()
                .mapToInt(space -> space instanceof Space.Text text ? mostWords(text) + 1 : TaskTokens.numbers(space))
                .sum();
    }

    /** Begins to choose an action. */
    ActionWriter writer() {
        return new ActionWriter(this, List.copyOf(spaces.values()));
    }

    /** Returns how many tokens a text has at most, its end not counted: as many as characters, if the context is large. */
    int mostWords(Space.Text space) {
        return Math.min(space.maxLength(), config.context() / 4);
    }

    /** Returns what each number of a part is chosen from; nothing for a text. */
    List<Choice> choices(Space space) {
        if (space instanceof Space.Discrete discrete) {
            return List.of(new Choice(layout.discreteStart(), discrete.size()));
        }
        if (space instanceof Space.MultiDiscrete several) {
            return several.sizes().stream()
                    .map(size -> new Choice(layout.discreteStart(), size))
                    .toList();
        }
        return space instanceof Space.Box box
                ? Collections.nCopies(
                        box.size(),
                        new Choice(layout.continuousStart(), layout.numbers().bins()))
                : List.of();
    }

    /** Returns what each token of a text is chosen from. */
    Choice word() {
        return new Choice(0, layout.textSize());
    }

    /** Returns the id that ends a text. */
    int end() {
        return config.texts().end();
    }

    /** Returns the text of ids, without its end. */
    String text(List<Integer> ids) {
        return words.decode(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Returns the tokens of an action that lies in the spaces. */
    Piece piece(Action action) {
        IntStream tokens = IntStream.empty();
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
            Value value = action.values().get(part.getKey());
            tokens = IntStream.concat(
                    tokens,
                    value instanceof Words text
                            ? IntStream.concat(written(text.text()), IntStream.of(end()))
                            : done(part.getValue(), ObservationTokens.numbersOf(action.values(), part.getKey())));
        }
        return new Piece(tokens.map(id -> layout.at(layout.actionPlace(), id)).toArray(), List.of());
    }

    /** Returns the action that ids stand for, part by part; of a bin it is the middle. */
    Action action(List<List<Integer>> ids) {
        Map<String, Value> values = new TreeMap<>();
        int at = 0;
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
            List<Integer> own = ids.get(at++);
            values.put(
                    part.getKey(),
                    part.getValue() instanceof Space.Text
                            ? new Words(text(own.subList(0, own.size() - 1)))
                            : numbers(part.getValue(), own));
        }
        return new Action(values);
    }

    private IntStream written(String text) {
        return text.isBlank() ? IntStream.empty() : Arrays.stream(words.encodePlain(text));
    }

    private IntStream done(Space space, List<Float> values) {
        return IntStream.range(0, values.size())
                .map(i -> space instanceof Space.Box box
                        ? layout.continuousStart() + layout.numbers().bin(scaled(box, i, values.get(i)))
                        : layout.discreteStart() + values.get(i).intValue());
    }

    private Numbers numbers(Space space, List<Integer> ids) {
        List<Float> numbers = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            numbers.add(
                    space instanceof Space.Box box
                            ? unscaled(box, i, layout.numbers().centre(ids.get(i) - layout.continuousStart()))
                            : ids.get(i) - layout.discreteStart());
        }
        return new Numbers(numbers);
    }

    private void require(String name, Space space) {
        TaskTokens.requireIntegers(layout, name, space);
        if (space instanceof Space.Box box) {
            for (int i = 0; i < box.size(); i++) {
                requireBounds(
                        "%s[%d]".formatted(name, i),
                        box.low().get(i),
                        box.high().get(i));
            }
        }
    }

    private static void requireBounds(String name, float low, float high) {
        if (!Float.isFinite(low) || !Float.isFinite(high) || low >= high) {
            throw TaskTokens.invalid(name, "%s to %s (expected: finite bounds, low < high)".formatted(low, high));
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
