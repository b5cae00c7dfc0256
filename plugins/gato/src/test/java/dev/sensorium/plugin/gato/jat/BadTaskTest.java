package dev.sensorium.plugin.gato.jat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tasks and observations that the network does not take are refused by the name of the field, and leave nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadTaskTest {

    private static final Space MOVE = new Space.Discrete(2);
    private static final Space STATE = Space.Box.of(5, -1, 1);
    private static final Space GRID = new Space.MultiDiscrete(Collections.nCopies(Goldens.INTEGERS, 9));

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Model model;

    @BeforeAll
    void load() {
        model = new JatProvider().load(Goldens.spec(Goldens.FOLDER, Map.of("episodes", "3")));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void observationsOfOtherSpaces() {
        assertObservation(
                Map.of("a", STATE, "b", STATE),
                "observation_spaces[\"b\"]: one more part (expected: one box, one picture, or integers beside at most one"
                        + " text)");
        assertObservation(
                Map.of("a", GRID, "t", new Space.Text(9), "u", new Space.Text(9)),
                "observation_spaces[\"u\"]: one more part");
        assertObservation(Map.of("t", new Space.Text(9)), "observation_spaces[\"t\"]: a text alone");
        assertObservation(
                Map.of("a", STATE, "t", new Space.Text(9)),
                "observation_spaces[\"t\"]: a text (expected: one beside integers)");
        assertObservation(
                Map.of("a", Space.Box.of(17, -1, 1)),
                "observation_spaces[\"a\"]: shape [17] (expected: one dimension of <= 16)");
        assertObservation(
                Map.of("a", new Space.Box(List.of(1, 2), List.of(0f, 0f), List.of(1f, 1f))),
                "observation_spaces[\"a\"]: shape [1, 2] (expected: one dimension of <= 16)");
        assertObservation(
                Map.of("a", new Space.MultiDiscrete(Collections.nCopies(8, 9))),
                "observation_spaces[\"a\"]: 8 integers (expected: 71, or 7 beside a text)");
        assertObservation(
                Map.of("a", new Space.Discrete(9), "t", new Space.Text(9)),
                "observation_spaces[\"a\"]: 1 integers beside a text (expected: 71, or 7 beside a text)");
        assertObservation(
                Map.of("a", new Space.Discrete(4)), "observation_spaces[\"a\"]: 1 integers (expected: 71, or 7");
        assertObservation(
                Map.of("a", new Space.MultiDiscrete(Collections.nCopies(71, 278))),
                "observation_spaces[\"a\"]: integers below 278 (expected: <= 277)");
        assertObservation(
                Map.of("a", new Space.Image(84, 84, 4)),
                "observation_spaces[\"a\"]: a picture (expected: none, as the checkpoint has no image_encoder)");
    }

    @Test
    void picturesOfOtherSizes() {
        try (Model seeing = new JatProvider().load(Goldens.spec(Goldens.PICTURES, Map.of()))) {
            Task task = Task.of("", Map.of("a", new Space.Image(84, 84, 3)), Map.of("m", MOVE));
            assertRefused(
                    () -> ((Policy) seeing).open(task),
                    Reason.INVALID_INPUT,
                    "observation_spaces[\"a\"]: a picture of 84 x 84 x 3 (expected: a picture of 84 x 84 x 4)");
        }
    }

    @Test
    void actionsOfOtherSpaces() {
        assertAction(Map.of("m", MOVE, "n", MOVE), "action_spaces[\"n\"]: one more part (expected: one part)");
        assertAction(
                Map.of("m", new Space.Text(5)), "action_spaces[\"m\"]: text (expected: a discrete space or a box)");
        assertAction(
                Map.of("m", new Space.MultiDiscrete(List.of(2, 3))),
                "action_spaces[\"m\"]: several integers (expected: a discrete space or a box)");
        assertAction(Map.of("m", new Space.Discrete(278)), "action_spaces[\"m\"]: 278 actions (expected: <= 277)");
        assertAction(
                Map.of("m", Space.Box.of(18, -1, 1)),
                "action_spaces[\"m\"]: shape [18] (expected: one dimension of <= 17)");
    }

    @Test
    void instructionsWithoutAPlace() {
        Map<String, Space> both = Map.of("grid", GRID, "mission", new Space.Text(100));
        assertRefused(
                () -> ((Policy) model).open(Task.of("go on", both, Map.of("m", MOVE))),
                Reason.INVALID_INPUT,
                "instruction: 5 characters (expected: none beside \"mission\")");
        assertRefused(
                () -> ((Policy) model).open(Task.of("x".repeat(65), Map.of("grid", GRID), Map.of("m", MOVE))),
                Reason.INVALID_INPUT,
                "instruction: 65 tokens (expected: <= 64)");
    }

    @Test
    void demonstrationsThatAreNotKept() {
        Demonstrated step = new Demonstrated(state(0), new Action(Map.of("m", Numbers.of(1))));
        Task task = Task.of("", Map.of("a", STATE), Map.of("m", MOVE));
        assertRefused(
                () -> ((Policy) model).open(task.demonstrated(Collections.nCopies(30, step))),
                Reason.TOO_LONG,
                "demonstration: 30 steps (expected: <= 29, which are kept)");
        try (Episode episode = ((Policy) model).open(task.demonstrated(Collections.nCopies(29, step)))) {
            for (int i = 0; i < 5; i++) {
                assertActs(episode, state(0.1f * i));
            }
        }
    }

    @Test
    void textsOfTooManyTokens() {
        Map<String, Space> spaces = Map.of("grid", GRID, "mission", new Space.Text(100));
        try (Episode episode = open(spaces, Map.of("m", MOVE))) {
            assertRefused(
                    () -> episode.act(mission("x".repeat(65))),
                    Reason.INVALID_INPUT,
                    "observation.values[\"mission\"]: 65 tokens (expected: <= 64)");
            assertActs(episode, mission("x".repeat(64)));
            assertActs(episode, mission(""));
        }
    }

    @Test
    void movesStayWithinTheirBounds() {
        Space narrow = Space.Box.of(List.of(-0.01f, 5f), List.of(0.01f, 6f));
        Task task = Task.of("", Map.of("a", STATE), Map.of("m", narrow));
        try (Episode episode = ((Policy) model).open(task)) {
            for (int i = 0; i < 5; i++) {
                task.check(episode.act(state(0.2f * i)).toCompletableFuture().join());
            }
        }
    }

    @Test
    void numbersThatAreTooLargeFailAloneAndLeaveNothing() {
        Space any = Space.Box.of(5, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
        for (int i = 0; i < 5; i++) {
            try (Episode good = open(Map.of("a", STATE), Map.of("m", MOVE));
                    Episode bad = open(Map.of("a", any), Map.of("m", MOVE))) {
                assertActs(good, state(0.5f));
                assertThat(failure(bad, state(Float.MAX_VALUE)))
                        .hasRootCauseInstanceOf(ModelException.class)
                        .rootCause()
                        .hasMessageContaining("expected: finite numbers");
                assertActs(good, state(0.5f));
            }
        }
    }

    @Test
    void episodesThatAreTooMany() {
        List<Episode> episodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            episodes.add(open(Map.of("a", STATE), Map.of("m", MOVE)));
        }
        assertRefused(
                () -> open(Map.of("a", STATE), Map.of("m", MOVE)),
                Reason.CAPACITY,
                "episodes: 3 are open (expected: < 3)");
        episodes.forEach(Episode::close);
        episodes.forEach(Episode::close);
    }

    @Test
    void tenThousandTasksThatAreDropped() {
        for (int i = 0; i < 10_000; i++) {
            Episode episode = open(Map.of("a", STATE), Map.of("m", MOVE));
            if (i % 10 == 0) {
                episode.act(state(0));
            }
            episode.close();
        }
        try (Episode episode = open(Map.of("a", STATE), Map.of("m", MOVE))) {
            assertActs(episode, state(0));
        }
    }

    @Test
    void closingCancels() {
        Episode episode = open(Map.of("a", STATE), Map.of("m", MOVE));
        episode.close();
        assertThat(failure(episode, state(0))).hasRootCauseInstanceOf(CancellationException.class);
    }

    private Episode open(Map<String, Space> observation, Map<String, Space> action) {
        return ((Policy) model).open(Task.of("", observation, action));
    }

    private void assertObservation(Map<String, Space> spaces, String words) {
        assertRefused(() -> open(spaces, Map.of("m", MOVE)), Reason.INVALID_INPUT, words);
    }

    private void assertAction(Map<String, Space> spaces, String words) {
        assertRefused(() -> open(Map.of("a", STATE), spaces), Reason.INVALID_INPUT, words);
    }

    private static Throwable failure(Episode episode, Observation observation) {
        return episode.act(observation)
                .toCompletableFuture()
                .handle((action, failure) -> failure)
                .join();
    }

    private static Observation state(float value) {
        return Observation.of(Map.of("a", Numbers.of(value, value, -value, value, 0)));
    }

    private static Observation mission(String text) {
        return Observation.of(Map.of("grid", Numbers.of(new float[Goldens.INTEGERS]), "mission", new Words(text)));
    }

    private static void assertActs(Episode episode, Observation observation) {
        assertThat(episode.act(observation).toCompletableFuture().join().values())
                .containsOnlyKeys("m");
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String words) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(call)
                .withMessageStartingWith(words)
                .returns(reason, ModelException::reason);
    }
}
