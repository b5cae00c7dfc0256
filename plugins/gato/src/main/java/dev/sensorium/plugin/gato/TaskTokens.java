package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue.Choice;
import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The tokens of one task (Reed et al. 2022, section 2.2): an observation is its texts, its pictures and its numbers, each
 * in the order of their names, and the separator; then comes the action.
 */
final class TaskTokens {

    private final Layout layout;
    private final Tokenizer words;
    private final PatchReader pictures;
    private final Task task;
    private final List<Choice> choices = new ArrayList<>();

    /**
     * Reads the spaces of a task.
     *
     * @throws ModelException INVALID_INPUT naming the part whose space the model has no tokens for
     */
    TaskTokens(Layout layout, Tokenizer words, PatchReader pictures, Task task) {
        this.layout = layout;
        this.words = words;
        this.pictures = pictures;
        this.task = task;
        task.observation()
                .forEach((part, space) -> requireObservable("observation_spaces[\"%s\"]".formatted(part), space));
        task.action().forEach((part, space) -> addChoices("action_spaces[\"%s\"]".formatted(part), space));
    }

    /** Returns what the tokens of an action are chosen from. */
    List<Choice> choices() {
        return Collections.unmodifiableList(choices);
    }

    /** Returns how many tokens an observation has at least, the separator included. */
    int shortestObservation() {
        int length = 1;
        for (Space space : task.observation().values()) {
            length += space instanceof Space.Image ? pictures.patches() : space instanceof Space.Text ? 0 : size(space);
        }
        return length;
    }

    /** Returns how many pictures an observation has. */
    int pictures() {
        return (int) task.observation().values().stream()
                .filter(Space.Image.class::isInstance)
                .count();
    }

    /** Returns the tokens of the instruction. */
    Piece instruction() {
        int[] ids = task.instruction().isBlank() ? new int[0] : words.encodePlain(task.instruction());
        for (int i = 0; i < ids.length; i++) {
            ids[i] = layout.at(layout.promptPlace(), ids[i]);
        }
        return new Piece(ids, List.of());
    }

    /**
     * Returns the tokens of an observation that lies in the task's spaces, and the separator.
     *
     * @param what the observation is called in messages
     * @throws ModelException INVALID_INPUT if it has more tokens than there are places
     */
    Piece observation(String what, Observation observation) {
        List<Piece> parts = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        for (Value value : observation.values().values()) {
            if (value instanceof Value.Words text && !text.text().isBlank()) {
                for (int id : words.encodePlain(text.text())) {
                    ids.add(id);
                }
            }
        }
        parts.add(placed(ids, 0));
        int place = ids.size();
        for (Map.Entry<String, Space> part : task.observation().entrySet()) {
            if (part.getValue() instanceof Space.Image space) {
                Value.Pixels value = (Value.Pixels) value(observation, part.getKey());
                parts.add(pictures.piece(space, value, place));
                place += pictures.patches();
            }
        }
        List<Integer> numbers = numbers(observation);
        parts.add(placed(numbers, place));
        requirePlaces(what, place + numbers.size());
        parts.add(new Piece(new int[] {layout.separatorToken()}, List.of()));
        return Piece.join(layout, parts);
    }

    /** Returns the tokens of an action that lies in the task's spaces. */
    Piece action(Action action) {
        List<Integer> ids = new ArrayList<>();
        task.action().forEach((part, space) -> {
            List<Float> values = numbersOf(action.values(), part);
            for (int i = 0; i < values.size(); i++) {
                float value = values.get(i);
                ids.add(
                        space instanceof Space.Box box
                                ? layout.continuousStart() + layout.numbers().bin(scaled(box, i, value))
                                : layout.discreteStart() + (int) value);
            }
        });
        return new Piece(
                ids.stream().mapToInt(id -> layout.at(layout.actionPlace(), id)).toArray(), List.of());
    }

    /** Returns the action that tokens stand for; of a bin it is the middle. */
    Action action(int[] ids) {
        Map<String, Value> values = new TreeMap<>();
        int at = 0;
        for (Map.Entry<String, Space> part : task.action().entrySet()) {
            float[] numbers = new float[size(part.getValue())];
            for (int i = 0; i < numbers.length; i++, at++) {
                numbers[i] = part.getValue() instanceof Space.Box box
                        ? unscaled(box, i, layout.numbers().centre(ids[at] - layout.continuousStart()))
                        : ids[at] - layout.discreteStart();
            }
            values.put(part.getKey(), Value.Numbers.of(numbers));
        }
        return new Action(values);
    }

    private List<Integer> numbers(Observation observation) {
        List<Integer> ids = new ArrayList<>();
        task.observation().forEach((part, space) -> {
            if (space instanceof Space.Box) {
                for (float value : numbersOf(observation.values(), part)) {
                    ids.add(layout.continuousStart()
                            + layout.numbers().bin(layout.numbers().squash(value)));
                }
            } else if (space instanceof Space.Discrete || space instanceof Space.MultiDiscrete) {
                for (float value : numbersOf(observation.values(), part)) {
                    ids.add(layout.discreteStart() + (int) value);
                }
            }
        });
        return ids;
    }

    private Piece placed(List<Integer> ids, int first) {
        IntUnaryOperator token = i -> layout.at((first + i) % layout.places(), ids.get(i));
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = token.applyAsInt(i);
        }
        return new Piece(tokens, List.of());
    }

    private void requirePlaces(String what, int count) {
        if (count > layout.places()) {
            throw invalid("%s: %d tokens (expected: <= %d)".formatted(what, count, layout.places()));
        }
    }

    private void requireObservable(String name, Space space) {
        if (space instanceof Space.Image image && image.channels() != 1 && image.channels() != 3) {
            throw invalid("%s: %d channels (expected: 1 or 3)".formatted(name, image.channels()));
        }
        requireIntegers(name, space);
    }

    private void addChoices(String name, Space space) {
        requireIntegers(name, space);
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
            throw invalid(name + ": text (expected: numbers)");
        }
    }

    private void requireIntegers(String name, Space space) {
        int most = space instanceof Space.Discrete discrete
                ? discrete.size()
                : space instanceof Space.MultiDiscrete several ? Collections.max(several.sizes()) : 0;
        if (most > layout.discreteSize()) {
            throw invalid("%s: %d integers (expected: <= %d)".formatted(name, most, layout.discreteSize()));
        }
    }

    private static void requireBounds(String name, float low, float high) {
        if (!Float.isFinite(low) || !Float.isFinite(high) || low >= high) {
            throw invalid("%s: %s to %s (expected: finite bounds, low < high)".formatted(name, low, high));
        }
    }

    private static Value value(Observation observation, String part) {
        Value value = observation.values().get(part);
        if (value == null) {
            throw invalid("observation.values[\"%s\"]: missing (expected: a value)".formatted(part));
        }
        return value;
    }

    private static List<Float> numbersOf(Map<String, Value> values, String part) {
        return values.get(part) instanceof Value.Numbers numbers ? numbers.values() : List.of();
    }

    private static int size(Space space) {
        return space instanceof Space.Box box
                ? box.size()
                : space instanceof Space.MultiDiscrete several ? several.sizes().size() : 1;
    }

    private static double scaled(Space.Box box, int index, float value) {
        double low = box.low().get(index);
        double high = box.high().get(index);
        return (value - low) / (high - low) * 2 - 1;
    }

    private static float unscaled(Space.Box box, int index, double y) {
        double low = box.low().get(index);
        double high = box.high().get(index);
        return (float) (low + (y + 1) / 2 * (high - low));
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }
}
