package dev.sensorium.plugin.gato.jat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Words;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Episodes, in most of which the oldest timesteps are forgotten at every step, have the reference's very actions. */
class EpisodeParityTest {

    private static final double TOLERANCE = 1e-5;
    private static final int SIDE_BY_SIDE = 20;

    @Test
    void numbersCutByThePositions() {
        try (Model model = load(Goldens.FOLDER, Map.of())) {
            List<float[]> actions = play(model, Goldens.numbers(), Goldens.observedNumbers());
            assertThat(actions).hasSize(200);
            Goldens.golden().assertClose("episode_moves", actions, TOLERANCE);
        }
    }

    @Test
    void integersAndTextsCutByTheWindow() {
        try (Model model = load(Goldens.FOLDER, Map.of("context_window", Goldens.WINDOW))) {
            List<float[]> actions = play(model, Goldens.integers(), Goldens.observedIntegers());
            assertThat(flat(actions)).hasSize(200).isEqualTo(chosen(Goldens.golden(), "read_chosen"));
        }
    }

    @Test
    void picturesCutByTheirUsualWindow() {
        try (Model model = load(Goldens.PICTURES, Map.of())) {
            List<float[]> actions = play(model, Goldens.pictures(), Goldens.observedPictures());
            assertThat(flat(actions)).isEqualTo(chosen(new Golden(Goldens.PICTURES), "episode_chosen"));
        }
    }

    @Test
    void besideOthersOfOtherKindsThatAreAtOtherSteps() {
        try (Model model = load(Goldens.FOLDER, Map.of())) {
            List<Observation> integers = Goldens.observedIntegers();
            List<Observation> numbers = Goldens.observedNumbers();
            List<Integer> alone = flat(play(model, Goldens.integers(), integers));
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < SIDE_BY_SIDE; i++) {
                int steps = 30 + 5 * i;
                all.add(CompletableFuture.runAsync(
                        () -> assertThat(flat(play(model, Goldens.integers(), integers.subList(0, steps))))
                                .isEqualTo(alone.subList(0, steps))));
                all.add(CompletableFuture.runAsync(
                        () -> assertMoves(play(model, Goldens.numbers(), numbers.subList(0, steps)), 0)));
            }
            all.forEach(CompletableFuture::join);
        }
    }

    @Test
    void anInstructionIsATextThatIsObservedAtEveryStep() {
        try (Model model = load(Goldens.FOLDER, Map.of())) {
            String text = "put the box next to the door";
            List<Observation> alone = new ArrayList<>();
            List<Observation> beside = new ArrayList<>();
            for (Observation observed : Goldens.observedIntegers().subList(0, 40)) {
                Map<String, Value> values = new HashMap<>(observed.values());
                values.put("mission", new Words(text));
                beside.add(new Observation(values, observed.reward()));
                values.remove("mission");
                alone.add(new Observation(values, observed.reward()));
            }
            Task task = Goldens.integers();
            Map<String, Space> grid = new HashMap<>(task.observation());
            grid.remove("mission");
            assertThat(flat(play(model, Task.of(text, grid, task.action()), alone)))
                    .isEqualTo(flat(play(model, task, beside)));
        }
    }

    @Test
    void afterADemonstrationAsIfItHadBeenPlayed() {
        try (Model model = load(Goldens.FOLDER, Map.of("context_window", Goldens.WINDOW))) {
            int steps = Integer.parseInt(Goldens.WINDOW) / JatConfig.STEP;
            List<Integer> chosen = chosen(Goldens.golden(), "read_chosen");
            List<float[]> shown =
                    chosen.stream().map(action -> new float[] {action}).toList();
            List<Observation> observations = Goldens.observedIntegers();
            Task task = demonstrated(Goldens.integers(), observations, shown, steps);
            assertThat(flat(play(model, task, observations.subList(steps, 200))))
                    .isEqualTo(chosen.subList(steps, 200));
        }
        try (Model model = load(Goldens.FOLDER, Map.of())) {
            int steps = 29;
            List<Observation> observations = Goldens.observedNumbers();
            Task task = demonstrated(Goldens.numbers(), observations, moves(), steps);
            assertMoves(play(model, task, observations.subList(steps, 200)), steps);
        }
    }

    private static Task demonstrated(Task task, List<Observation> observations, List<float[]> actions, int steps) {
        String part = task.action().keySet().iterator().next();
        List<Demonstrated> shown = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            shown.add(new Demonstrated(observations.get(i), new Action(Map.of(part, Numbers.of(actions.get(i))))));
        }
        return task.demonstrated(shown);
    }

    private static void assertMoves(List<float[]> actions, int first) {
        for (int i = 0; i < actions.size(); i++) {
            assertThat(actions.get(i))
                    .as("action of step %d", first + i)
                    .containsExactly(moves().get(first + i), Offset.offset((float) TOLERANCE));
        }
    }

    private static List<float[]> moves() {
        return Goldens.rows(Goldens.golden().floats("episode_moves"), Goldens.MOVES);
    }

    private static Model load(Path folder, Map<String, String> settings) {
        return new JatProvider().load(Goldens.spec(folder, settings));
    }

    private static List<float[]> play(Model model, Task task, List<Observation> observations) {
        try (Episode episode = ((Policy) model).open(task)) {
            List<float[]> actions = new ArrayList<>();
            for (Observation observation : observations) {
                Value value = episode.act(observation)
                        .toCompletableFuture()
                        .join()
                        .values()
                        .values()
                        .iterator()
                        .next();
                List<Float> numbers = ((Numbers) value).values();
                actions.add(Sights.floats(numbers, numbers.size()));
            }
            return actions;
        }
    }

    private static List<Integer> flat(List<float[]> actions) {
        return actions.stream().map(action -> (int) action[0]).toList();
    }

    private static List<Integer> chosen(Golden golden, String name) {
        List<Integer> chosen = new ArrayList<>();
        for (long action : golden.integers(name)) {
            chosen.add((int) action);
        }
        return chosen;
    }
}
