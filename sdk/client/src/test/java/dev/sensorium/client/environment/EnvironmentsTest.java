package dev.sensorium.client.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.client.Action;
import dev.sensorium.client.Observation;
import dev.sensorium.client.Space;
import dev.sensorium.client.Value;
import dev.sensorium.client.Value.Numbers;
import dev.sensorium.client.environment.Environment.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The environments play as those that the demo checkpoint was trained in: the numbers are of its environments.py. */
class EnvironmentsTest {

    private static final Offset<Float> CLOSE = within(1e-5f);

    private final Environment cartPole = Environments.named("cartpole").orElseThrow();
    private final Environment grid = Environments.named("grid").orElseThrow();
    private final Environment pendulum = Environments.named("pendulum").orElseThrow();

    @Test
    void haveNames() {
        assertThat(Environments.names()).containsExactly("cartpole", "grid", "pendulum");
        assertThat(Environments.named("chess")).isEmpty();
    }

    @Test
    void cartPoleFalls() {
        assertPerceived(cartPole.reset(12345), "state", -0.036692034f, -0.029518336f, -0.038045742f, -0.032388218f);
        Played played = play(cartPole, i -> Map.of("push", Value.numbers(i / 3 % 2)));
        assertThat(played.steps()).isEqualTo(27);
        assertThat(played.reward()).isEqualTo(27);
        assertThat(played.last().terminated()).isTrue();
        assertThat(played.last().truncated()).isFalse();
        assertThat(cartPole.success()).isFalse();
        assertPerceived(played.last().observation(), "state", -0.20701501f, -0.63803035f, 0.22254091f, 1.38662255f);
    }

    @Test
    void gridIsWandered() {
        assertPerceived(grid.reset(12345), "objects", 5, 2, 6, 1, 1, 6, 6, 1, 8);
        assertThat(grid.instruction()).isEqualTo("go to the red square");
        Played played = play(grid, i -> Map.of("move", Value.numbers((i * 7 + i / 4) % 4)));
        assertThat(played.steps()).isEqualTo(24);
        assertThat(played.reward()).isZero();
        assertThat(played.last().truncated()).isTrue();
        assertPerceived(played.last().observation(), "objects", 5, 2, 5, 1, 1, 5, 6, 1, 7);
    }

    @Test
    void gridIsWonAtTheGoal() {
        grid.reset(12345);
        Played played = play(grid, i -> Map.of("move", Value.numbers(i < 4 ? 1 : 2))); // 4 left, then down
        assertThat(played.steps()).isEqualTo(5);
        assertThat(played.last().terminated()).isTrue();
        assertThat(played.reward()).isCloseTo(1 - 0.9 * 5 / 24, within(1e-9));
        assertThat(grid.success()).isTrue();
    }

    @Test
    void pendulumSwings() {
        assertPerceived(pendulum.reset(12345), "state", -0.6703142f, -0.7420774f, -0.5903667f);
        Played played = play(pendulum, i -> Map.of("torque", Value.numbers((float) (i * 37 % 41 / 10.0 - 2.0))));
        assertThat(played.steps()).isEqualTo(200);
        assertThat(played.reward()).isCloseTo(-1450.4352764, within(1e-2));
        assertThat(played.last().truncated()).isTrue();
        assertThat(pendulum.success()).isFalse();
    }

    private record Played(int steps, double reward, Step last) {}

    private static Played play(Environment environment, IntFunction<Map<String, Value>> actions) {
        double reward = 0;
        for (int i = 0; true; i++) {
            Step step = environment.step(new Action(actions.apply(i)));
            reward += step.reward();
            if (step.over()) {
                return new Played(i + 1, reward, step);
            }
        }
    }

    private static void assertPerceived(Observation observation, String part, float... expected) {
        List<Float> values = numbers(observation, part);
        assertThat(values).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(values.get(i)).as("%s[%d]", part, i).isCloseTo(expected[i], CLOSE);
        }
    }

    private static List<Float> numbers(Observation observation, String part) {
        return ((Numbers) observation.values().getOrDefault(part, Value.numbers())).values();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cartpole", "grid", "pendulum"})
    void areDrawn(String name) {
        Environment environment = Environments.named(name).orElseThrow();
        environment.reset(1);
        var picture = environment.render();
        Set<Integer> colors = new HashSet<>();
        for (int i = 0; i < picture.getWidth() * picture.getHeight(); i++) {
            colors.add(picture.getRGB(i % picture.getWidth(), i / picture.getWidth()));
        }
        assertThat(picture.getWidth()).isEqualTo(picture.getHeight());
        assertThat(colors).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cartpole", "grid", "pendulum"})
    void sayWhatTheyAre(String name) {
        Environment environment = Environments.named(name).orElseThrow();
        Observation first = environment.reset(3);
        assertThat(environment.task().observation().keySet())
                .isEqualTo(first.values().keySet());
        assertThat(environment.task().action().values()).hasSize(1).allMatch(space -> space instanceof Space);
        assertThat(environment.task().instruction()).isNotEmpty();
        assertThat(environment.reset(3)).isEqualTo(first);
        assertThat(environment.reset(4)).isNotEqualTo(first);
    }
}
