package dev.sensorium.plugin.gato;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Pixels;
import dev.sensorium.spi.Value.Words;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tasks and observations that the model has no tokens or no room for are refused, and leave nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadTaskTest {

    private static final Space MOVE = new Space.Discrete(2);

    private final ModelSpec spec = new ModelSpec(
            new ModelId("gato", "1"),
            Goldens.FOLDER,
            Goldens.spec().device(),
            Goldens.spec().limits(),
            Map.of("episodes", "3"));

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Model model;

    @BeforeAll
    void load() {
        model = new GatoProvider().load(spec);
    }

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void spacesWithoutTokens() {
        assertRefused(
                () -> open("", Map.of("a", new Space.Discrete(24)), Map.of("m", MOVE)),
                Reason.INVALID_INPUT,
                "observation_spaces[\"a\"]: 24 integers (expected: <= 23)");
        assertRefused(
                () -> open("", Map.of("a", MOVE), Map.of("m", Space.Box.of(2, 0, Float.POSITIVE_INFINITY))),
                Reason.INVALID_INPUT,
                "action_spaces[\"m\"][0]: 0.0 to Infinity (expected: finite bounds, low < high)");
        assertRefused(
                () -> open("", Map.of("a", new Space.Image(4, 4, 2)), Map.of("m", MOVE)),
                Reason.INVALID_INPUT,
                "observation_spaces[\"a\"]: 2 channels (expected: 1 or 3)");
    }

    @Test
    void promptsWithoutRoom() {
        assertRefused(
                () -> open("go to the red square ".repeat(20), Map.of("a", MOVE), Map.of("m", MOVE)),
                Reason.TOO_LONG,
                "instruction: a prompt of 100 tokens (expected: <= 58");
        assertRefused(
                () -> open("", Map.of("a", Space.Box.of(70, 0, 1)), Map.of("m", MOVE)),
                Reason.TOO_LONG,
                "instruction: a prompt of 0 tokens (expected: <= -11");
        Map<String, Space> texts = Map.of("m", new Space.Text(500), "n", new Space.Text(20), "o", new Space.Text(14));
        assertRefused(
                () -> open("go to the red square", Map.of("a", Space.Box.of(12, 0, 1)), texts),
                Reason.TOO_LONG,
                "instruction: a prompt of 5 tokens (expected: <= 1");
    }

    @Test
    void observationsWithTooManyTokens() {
        try (Episode episode = open("", Map.of("a", new Space.Text(100)), Map.of("m", MOVE))) {
            assertRefused(
                    () -> episode.act(Observation.of(Map.of("a", new Words("go ".repeat(20))))),
                    Reason.INVALID_INPUT,
                    "observation.values: 20 tokens (expected: <= 19)");
            assertActs(episode, Observation.of(Map.of("a", new Words("go to the goal"))));
        }
    }

    @Test
    void picturesAreObserved() {
        Map<String, Space> spaces = Map.of("eye", new Space.Image(10, 7, 3), "grey", new Space.Image(20, 20, 1));
        try (Episode episode = open("reach the goal", spaces, Map.of("m", MOVE))) {
            for (int step = 0; step < 10; step++) {
                assertActs(episode, Observation.of(Map.of("eye", pixels(210, step), "grey", pixels(400, -step))));
            }
        }
    }

    @Test
    void episodesThatAreTooMany() {
        List<Episode> episodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            episodes.add(open("", Map.of("a", MOVE), Map.of("m", MOVE)));
        }
        assertRefused(
                () -> open("", Map.of("a", MOVE), Map.of("m", MOVE)),
                Reason.CAPACITY,
                "episodes: 3 are open (expected: < 3)");
        episodes.forEach(Episode::close);
        episodes.forEach(Episode::close);
    }

    @Test
    void tenThousandTasksThatAreDropped() {
        for (int i = 0; i < 10_000; i++) {
            open("go to the goal", Map.of("a", MOVE), Map.of("m", MOVE)).close();
        }
        try (Episode episode = open("", Map.of("a", MOVE), Map.of("m", MOVE))) {
            assertActs(episode, Observation.of(Map.of("a", Numbers.of(1))));
        }
    }

    @Test
    void closingCancels() {
        Episode episode = open("", Map.of("a", MOVE), Map.of("m", MOVE));
        episode.close();
        CompletionStage<?> action = episode.act(Observation.of(Map.of("a", Numbers.of(1))));
        assertThat(action.toCompletableFuture()
                        .handle((done, failure) -> failure)
                        .join())
                .hasRootCauseInstanceOf(CancellationException.class);
    }

    private Episode open(String instruction, Map<String, Space> observation, Map<String, Space> action) {
        return ((Policy) model).open(Task.of(instruction, observation, action));
    }

    private static void assertActs(Episode episode, Observation observation) {
        assertThat(episode.act(observation).toCompletableFuture().join().values())
                .containsOnlyKeys("m");
    }

    private static Pixels pixels(int count, int first) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (first + 3 * i);
        }
        return new Pixels(ByteBuffer.wrap(bytes));
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String words) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(call)
                .withMessageStartingWith(words)
                .returns(reason, ModelException::reason);
    }
}
