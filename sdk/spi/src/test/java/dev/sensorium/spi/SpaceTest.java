package dev.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Pixels;
import dev.sensorium.spi.Value.Words;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Spaces know their values, and say of every other value what is wrong with it. */
class SpaceTest {

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @Test
    void valuesOfSpaces() {
        new Space.Discrete(3).check("a", Numbers.of(2));
        new Space.MultiDiscrete(List.of(3, 5)).check("a", Numbers.of(2, 4));
        new Space.Box(List.of(), List.of(-1f), List.of(1f)).check("a", Numbers.of(1));
        new Space.Box(List.of(2, 1), List.of(-INFINITY, 0f), List.of(INFINITY, 0f)).check("a", Numbers.of(1e30f, 0));
        new Space.Image(2, 3, 1).check("a", pixels(6));
        new Space.Text(3).check("a", new Words("abc"));
    }

    @Test
    void valuesOutsideSpaces() {
        Space.Box box = Space.Box.of(2, -1, 1);
        assertInvalid(() -> box.check("a", Numbers.of(0)), "a: 1 numbers (expected: 2)");
        assertInvalid(() -> box.check("a", Numbers.of(0, Float.NaN)), "a[1]: NaN (expected: -1.0 to 1.0, and finite)");
        assertInvalid(() -> box.check("a", Numbers.of(1.5f, 0)), "a[0]: 1.5 (expected: -1.0 to 1.0, and finite)");
        assertInvalid(() -> box.check("a", new Words("up")), "a: text (expected: numbers)");
        assertInvalid(
                () -> Space.Box.of(1, 0, INFINITY).check("a", Numbers.of(INFINITY)),
                "a[0]: Infinity (expected: 0.0 to Infinity, and finite)");
        assertInvalid(() -> new Space.Discrete(4).check("a", Numbers.of(4)), "a: 4.0 (expected: an integer, 0 to 3)");
        assertInvalid(
                () -> new Space.Discrete(4).check("a", Numbers.of(0.5f)), "a: 0.5 (expected: an integer, 0 to 3)");
        assertInvalid(
                () -> new Space.MultiDiscrete(List.of(3, 5)).check("a", Numbers.of(0, -1)),
                "a[1]: -1.0 (expected: an integer, 0 to 4)");
        assertInvalid(() -> new Space.Image(2, 3, 1).check("a", pixels(5)), "a: 5 bytes (expected: 6)");
        assertInvalid(() -> new Space.Image(2, 3, 1).check("a", Numbers.of(1)), "a: numbers (expected: pixels)");
        assertInvalid(() -> new Space.Text(3).check("a", new Words("abcd")), "a: 4 characters (expected: <= 3)");
        assertInvalid(() -> new Space.Text(3).check("a", pixels(1)), "a: pixels (expected: text)");
    }

    @Test
    void impossibleSpaces() {
        assertInvalid(() -> new Space.Discrete(0), "size: 0 (expected: 1 to 16777216)");
        assertInvalid(() -> new Space.MultiDiscrete(List.of()), "sizes: 0 (expected: >= 1)");
        assertInvalid(() -> new Space.MultiDiscrete(List.of(1, 0)), "sizes[1]: 0 (expected: 1 to 16777216)");
        assertInvalid(() -> new Space.Box(List.of(2), List.of(0f), List.of(1f, 1f)), "low: 1 numbers (expected: 2)");
        assertInvalid(() -> new Space.Box(List.of(2), List.of(0f, 0f), List.of(1f)), "high: 1 numbers (expected: 2)");
        assertInvalid(() -> Space.Box.of(1, 1, 0), "low[0]: 1.0 (expected: <= 0.0)");
        assertInvalid(() -> Space.Box.of(1, Float.NaN, 0), "low[0]: NaN (expected: <= 0.0)");
        assertInvalid(
                () -> new Space.Box(List.of(1 << 20, 1 << 20), List.of(), List.of()),
                "shape: [1048576, 1048576] (expected: lengths >= 1");
        assertInvalid(() -> new Space.Image(0, 1, 1), "image: 0 x 1 x 1 (expected: >= 1 each");
        assertInvalid(
                () -> new Space.Image(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), "image: 2147483647 x");
        assertInvalid(() -> new Space.Text(0), "max_length: 0 (expected: >= 1)");
    }

    @Test
    void tasksCheckObservations() {
        Task task = Task.of("", Map.of("b", Space.Box.of(1, 0, 1), "a", new Space.Discrete(2)), moves());
        assertThat(task.observation().keySet()).containsExactly("a", "b");
        task.check(Observation.of(Map.of("a", Numbers.of(1), "b", Numbers.of(1))));
        assertInvalid(
                () -> task.check(Observation.of(Map.of("a", Numbers.of(1)))),
                "observation.values[\"b\"]: missing (expected: a value)");
        assertInvalid(
                () -> task.check(Observation.of(Map.of("a", Numbers.of(1), "b", Numbers.of(1), "c", Numbers.of(1)))),
                "observation.values[\"c\"]: unknown (expected: one of [a, b])");
        assertInvalid(
                () -> task.check(Observation.of(Map.of("a", Numbers.of(1), "b", Numbers.of(2)))),
                "observation.values[\"b\"][0]: 2.0 (expected: 0.0 to 1.0, and finite)");
        assertInvalid(
                () -> new Observation(Map.of(), OptionalDouble.of(Double.NaN)),
                "observation.reward: NaN (expected: finite)");
    }

    @Test
    void impossibleTasks() {
        assertInvalid(() -> Task.of("", Map.of(), moves()), "observation_spaces: 0 parts (expected: 1 to 256)");
        assertInvalid(() -> Task.of("", moves(), Map.of()), "action_spaces: 0 parts (expected: 1 to 256)");
        assertInvalid(
                () -> Task.of("", Map.of("a b", new Space.Discrete(2)), moves()),
                "observation_spaces: a part named \"a b\" (expected: to match");
        assertInvalid(
                () -> Task.of("", moves(), Map.of("draw", new Space.Image(1, 1, 1))),
                "action_spaces[\"draw\"]: images (expected: numbers or text)");
        Demonstrated bad = new Demonstrated(
                Observation.of(Map.of("move", Numbers.of(1))), new Action(Map.of("move", Numbers.of(2))));
        assertInvalid(
                () -> Task.of("", moves(), moves()).demonstrated(List.of(bad)),
                "demonstration[0].action.values[\"move\"]: 2.0 (expected: an integer, 0 to 1)");
    }

    private static Map<String, Space> moves() {
        return Map.of("move", new Space.Discrete(2));
    }

    private static Pixels pixels(int size) {
        return new Pixels(ByteBuffer.allocate(size));
    }

    private static void assertInvalid(ThrowingCallable call, String words) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(call)
                .withMessageStartingWith(words)
                .returns(Reason.INVALID_INPUT, ModelException::reason);
    }
}
