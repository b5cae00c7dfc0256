package dev.sensorium.plugin.gato;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Words;
import dev.sensorium.testkit.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An episode of 200 steps, in which the context fills up many times, has the reference's very actions. */
class EpisodeParityTest {

    private static final int SIDE_BY_SIDE = 64;

    @Test
    void alone() {
        try (Model model = new GatoProvider().load(Goldens.spec());
                Episode episode = ((Policy) model).open(Goldens.task())) {
            List<Observation> observations = Goldens.observations(Goldens.FOLDER);
            assertThat(observations).hasSize(200);
            for (int step = 0; step < observations.size(); step++) {
                Action action = episode.act(observations.get(step))
                        .toCompletableFuture()
                        .join();
                assertThat(numbers(action))
                        .as("action of step %d", step)
                        .isEqualTo(Goldens.actions(Goldens.FOLDER).get(step));
            }
        }
    }

    @Test
    void besideManyOthersThatAreAtOtherSteps() {
        try (Model model = new GatoProvider().load(Goldens.spec())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < SIDE_BY_SIDE; i++) {
                int steps = 20 + i;
                all.add(CompletableFuture.runAsync(() -> play((Policy) model, steps)));
            }
            all.forEach(CompletableFuture::join);
        }
    }

    @Test
    void inTextsToo() {
        List<Observation> observations = Goldens.observations(Goldens.RESIDUAL);
        List<float[]> actions = Goldens.actions(Goldens.RESIDUAL);
        List<Text> said = new Golden(Goldens.RESIDUAL).texts();
        Task task = Goldens.told();
        try (Model model = new GatoProvider().load(Goldens.spec(Goldens.RESIDUAL));
                Episode episode = ((Policy) model).open(task)) {
            for (int step = 0; step < observations.size(); step++) {
                Action action = episode.act(observations.get(step))
                        .toCompletableFuture()
                        .join();
                task.check(action);
                assertThat(action.values())
                        .as("texts of step %d", step)
                        .containsEntry("note", new Words(said.get(2 * step).value()))
                        .containsEntry("say", new Words(said.get(2 * step + 1).value()));
                assertThat(numbers(action)).as("action of step %d", step).isEqualTo(actions.get(step));
            }
        }
    }

    private static void play(Policy policy, int steps) {
        List<float[]> actions = Goldens.actions(Goldens.FOLDER);
        List<Observation> observations = Goldens.observations(Goldens.FOLDER);
        try (Episode episode = policy.open(Goldens.task())) {
            for (int step = 0; step < steps; step++) {
                Action action = episode.act(observations.get(step))
                        .toCompletableFuture()
                        .join();
                assertThat(numbers(action)).as("action of step %d", step).isEqualTo(actions.get(step));
            }
        }
    }

    private static float[] numbers(Action action) {
        List<Float> numbers = new ArrayList<>();
        for (Value value : action.values().values()) {
            numbers.addAll(value instanceof Numbers part ? part.values() : List.of());
        }
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i);
        }
        return floats;
    }
}
