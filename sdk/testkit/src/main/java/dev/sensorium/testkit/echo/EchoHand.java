package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Pixels;
import dev.sensorium.spi.Value.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What turns observations into the same again: the numbers of an action are those of the observation, in their order and
 * over and over, each brought into its space; sampled ones are moved by up to 1. Texts are the instruction. A picture
 * counts as its first byte, a text as its length.
 */
final class EchoHand {

    private final Task task;
    private final @Nullable Random random;

    EchoHand(Task task) {
        this.task = task;
        this.random = task.seed().isPresent() ? new Random(task.seed().getAsLong()) : null;
    }

    Action echo(Observation observation) {
        List<Float> seen = new ArrayList<>();
        observation.values().values().forEach(value -> seen.addAll(numbers(value)));
        Map<String, Value> values = new TreeMap<>();
        task.action().forEach((part, space) -> values.put(part, echo(seen, space)));
        return new Action(values);
    }

    private static List<Float> numbers(Value value) {
        if (value instanceof Numbers numbers) {
            return numbers.values();
        }
        return List.of(
                value instanceof Pixels pixels
                        ? (float) (pixels.bytes().get() & 0xff)
                        : (float) ((Words) value).text().length());
    }

    private Value echo(List<Float> seen, Space space) {
        if (space instanceof Space.Text text) {
            int length = Math.min(text.maxLength(), task.instruction().length());
            return new Words(task.instruction().substring(0, length));
        }
        List<Float> numbers = new ArrayList<>();
        if (space instanceof Space.Box box) {
            for (int i = 0; i < box.size(); i++) {
                numbers.add(Math.max(box.low().get(i), Math.min(box.high().get(i), next(seen, i))));
            }
        } else {
            List<Integer> sizes = space instanceof Space.MultiDiscrete several
                    ? several.sizes()
                    : List.of(((Space.Discrete) space).size());
            for (int i = 0; i < sizes.size(); i++) {
                numbers.add((float) Math.floorMod(Math.round(next(seen, i)), sizes.get(i)));
            }
        }
        return new Numbers(numbers);
    }

    private float next(List<Float> seen, int i) {
        return seen.get(i % seen.size()) + (random == null ? 0 : 2 * random.nextFloat() - 1);
    }
}
