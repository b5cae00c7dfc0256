package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.client.ActOptions;
import dev.sensorium.client.Action;
import dev.sensorium.client.Capability;
import dev.sensorium.client.Episode;
import dev.sensorium.client.Observation;
import dev.sensorium.client.PolicyTask;
import dev.sensorium.client.PolicyTask.Demonstrated;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.client.Space;
import dev.sensorium.client.Value;
import dev.sensorium.client.environment.Environment;
import dev.sensorium.client.environment.Environment.Step;
import dev.sensorium.client.environment.Environments;
import dev.sensorium.deploy.Distribution.Outcome;
import dev.sensorium.testkit.TinyCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models that play, in the distribution: a small Gato and a small JAT with random weights, which play badly but always the
 * same, and the demo checkpoint.
 */
class PolicyIT extends ServedTest {

    private static final Path GOLDEN = Path.of("../plugins/gato/src/test/resources/goldens/gato");
    private static final Path WRITER = Path.of("../plugins/gato/src/test/resources/goldens/residual");
    private static final Path JAT = Path.of("../plugins/gato/src/test/resources/goldens/jat");
    private static final ActOptions PLAYER = ActOptions.DEFAULT.withModel("player");
    private static final ActOptions DEMO = ActOptions.DEFAULT.withModel("gato-shapes");

    @TempDir
    private static Path folder;

    @Override
    String[] options() throws Exception {
        Path models = Files.createDirectory(folder.resolve("models"));
        TinyCheckpoint.copy(GOLDEN, models.resolve("player"));
        TinyCheckpoint.copy(WRITER, models.resolve("writer"));
        TinyCheckpoint.copy(JAT, models.resolve("jat"));
        TinyCheckpoint.copy(Distribution.HOME.resolve("models/gato-shapes"), models.resolve("gato-shapes"));
        return new String[] {"--models", models.toString()};
    }

    @Test
    void isListedAsAPlayer() {
        assertThat(sensorium.model("player").capabilities()).contains(Capability.ACT);
    }

    @Test
    void playsTheSameAloneAndBesideOthers() throws Exception {
        List<List<Action>> alone = new ArrayList<>();
        for (long seed = 0; seed < 4; seed++) {
            alone.add(play("cartpole", seed, PLAYER));
        }
        ExecutorService pool = Executors.newFixedThreadPool(16);
        try {
            List<Callable<List<Action>>> calls = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                long seed = i % 4;
                calls.add(() -> play("cartpole", seed, PLAYER));
            }
            List<Future<List<Action>>> together = pool.invokeAll(calls);
            for (int i = 0; i < 64; i++) {
                assertThat(together.get(i).get()).isEqualTo(alone.get(i % 4));
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void theDemoModelBalancesPoles() {
        for (long seed = 1000; seed < 1005; seed++) {
            assertThat(play("cartpole", seed, DEMO)).hasSizeGreaterThanOrEqualTo(475);
        }
    }

    @Test
    void theDemoModelWalksToWhatItIsTold() {
        int successes = 0;
        for (long seed = 1000; seed < 1040; seed++) {
            Environment grid = Environments.named("grid").orElseThrow();
            play(grid, seed, DEMO);
            successes += grid.success() ? 1 : 0;
        }
        assertThat(successes).isGreaterThanOrEqualTo(38);
    }

    @Test
    void theDemoModelSwingsPendulumsUp() {
        Environment pendulum = Environments.named("pendulum").orElseThrow();
        for (long seed = 1000; seed < 1005; seed++) {
            play(pendulum, seed, DEMO);
            assertThat(pendulum.success()).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void actsInTexts() {
        Map<String, Space> actions = Map.of("say", new Space.Text(9), "jump", new Space.Discrete(3));
        PolicyTask task = PolicyTask.of("go to the red square", Map.of("c", new Space.Discrete(7)), actions);
        Observation seen = Observation.of(Map.of("c", Value.numbers(5)));
        Action shown = new Action(Map.of("say", new Value.Words("go to"), "jump", Value.numbers(1)));
        PolicyTask demonstrated = task.withDemonstration(List.of(new Demonstrated(seen, shown)));
        for (PolicyTask asked : List.of(task, demonstrated)) {
            try (Episode episode = sensorium.act(asked, ActOptions.DEFAULT.withModel("writer"))) {
                for (int step = 0; step < 20; step++) {
                    Map<String, Value> values = episode.act(seen).action().values();
                    assertThat(values).containsOnlyKeys("say", "jump");
                    assertThat(values.get("say"))
                            .isInstanceOfSatisfying(Value.Words.class, words -> assertThat(words.text())
                                    .hasSizeLessThanOrEqualTo(9));
                }
            }
        }
    }

    @Test
    void aPluginsOtherFamilyPlaysToo() {
        ActOptions jat = ActOptions.DEFAULT.withModel("jat");
        assertThat(play("pendulum", 1, jat)).hasSize(200).isEqualTo(play("pendulum", 1, jat));
        assertThat(play("cartpole", 1, jat)).isEqualTo(play("cartpole", 1, jat));
    }

    @Test
    void samplesTheSameFromTheSameSeed() {
        assertThat(play("pendulum", 1, PLAYER.withSeed(7)))
                .isEqualTo(play("pendulum", 1, PLAYER.withSeed(7)))
                .isNotEqualTo(play("pendulum", 1, PLAYER.withSeed(8)));
    }

    private List<Action> play(String name, long seed, ActOptions options) {
        return play(Environments.named(name).orElseThrow(), seed, options);
    }

    private List<Action> play(Environment environment, long seed, ActOptions options) {
        Observation observation = environment.reset(seed);
        List<Action> actions = new ArrayList<>();
        try (Episode episode = sensorium.act(environment.task(), options)) {
            while (true) {
                Action action = episode.act(observation).action();
                actions.add(action);
                Step step = environment.step(action);
                if (step.over()) {
                    assertThat(episode.finish().steps()).isEqualTo(actions.size());
                    return actions;
                }
                observation = step.observation();
            }
        }
    }

    @Test
    void refusesADemonstrationThatItsContextCannotHold() {
        Environment environment = Environments.named("cartpole").orElseThrow();
        Demonstrated step = new Demonstrated(environment.reset(0), new Action(Map.of("push", Value.numbers(1))));
        try (Episode episode =
                sensorium.act(environment.task().withDemonstration(Collections.nCopies(100, step)), PLAYER)) {
            assertThatThrownBy(episode::started).isInstanceOfSatisfying(SensoriumException.InvalidArgument.class, e -> {
                assertThat(e.reason()).isEqualTo("TOO_LONG");
                assertThat(e.violations().get(0).field()).startsWith("task.demonstration");
            });
        }
    }

    @Test
    void playsAtThePrompt() throws Exception {
        Path film = folder.resolve("cartpole.gif");
        Outcome outcome = Distribution.sensorium(
                server, "play", "cartpole", "--model=player", "--episodes=2", "--seed=3", "--json", "--gif=" + film);
        assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
        JsonNode answer = new ObjectMapper().readTree(outcome.output());
        assertThat(answer.get("model").asText()).isEqualTo("player/1");
        assertThat(answer.get("episodes")).hasSize(2);
        assertThat(answer.at("/episodes/0/steps").asInt())
                .isEqualTo(play("cartpole", 3, PLAYER).size());
        assertThat(Files.size(film)).isPositive();
    }
}
