package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a model promises that is a {@link Policy}. */
public interface PolicyContract extends ModelContract {

    /** Returns a task that the model can act in, without a demonstration. */
    default Task task() {
        Space.Box box = Space.Box.of(2, -1, 1);
        return Task.of(
                "reach the goal",
                Map.of("position", box, "goal", new Space.Discrete(4)),
                Map.of("move", box, "grip", new Space.Discrete(2)));
    }

    /** Returns an observation in the spaces of {@link #task}: the middle of each. */
    default Observation observation() {
        Map<String, Value> values = new HashMap<>();
        task().observation().forEach((part, space) -> values.put(part, Spaces.middle(space)));
        return Observation.of(values);
    }

    @Test
    default void actsInTheSpacesOfTheTask() {
        try (Model model = Contracts.load(this);
                Episode episode = ((Policy) model).open(task())) {
            for (int step = 0; step < 3; step++) {
                assertWithin(task(), Contracts.join(episode.act(observation())));
            }
        }
    }

    private static void assertWithin(Task task, Action action) {
        assertThatCode(() -> task.check(action))
                .as("an action has the parts of the task, and their values lie in their spaces")
                .doesNotThrowAnyException();
    }

    @Test
    default void actsTheSameInTheSameEpisode() throws InterruptedException {
        assertTheSameBesideOthers(task());
    }

    @Test
    default void actsTheSameFromTheSameSeed() throws InterruptedException {
        assertTheSameBesideOthers(task().sampled(7));
    }

    private void assertTheSameBesideOthers(Task task) throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Policy policy = (Policy) model;
            List<Action> alone = act(policy, task);
            assertThat(Contracts.inParallel(List.of(policy), other -> act(other, task))
                            .get(0))
                    .as("actions of episodes with the same observations, many at once")
                    .allMatch(alone::equals);
        }
    }

    private List<Action> act(Policy policy, Task task) {
        try (Episode episode = policy.open(task)) {
            List<Action> actions = new ArrayList<>();
            for (int step = 0; step < 3; step++) {
                actions.add(Contracts.join(episode.act(observation())));
            }
            return actions;
        }
    }

    @Test
    default void followsADemonstrationUpToItsContext() {
        try (Model model = Contracts.load(this)) {
            Policy policy = (Policy) model;
            Action shown = act(policy, task()).get(0);
            Policy.Demonstrated step = new Policy.Demonstrated(observation(), shown);
            act(policy, task().demonstrated(List.of(step))).forEach(action -> assertWithin(task(), action));
            Contracts.assertRefusedAt(
                    "a demonstration of 100,000 steps",
                    () -> policy.open(task().demonstrated(Collections.nCopies(100_000, step)))
                            .close(),
                    Set.of(Reason.TOO_LONG),
                    "demonstration");
        }
    }

    @Test
    default void refusesObservationsThatDoNotFitAndGoesOn() {
        try (Model model = Contracts.load(this);
                Episode episode = ((Policy) model).open(task())) {
            task().observation().forEach((part, space) -> {
                assertRefused(episode, part, null, "a missing part");
                Spaces.outside(space).forEach(value -> assertRefused(episode, part, value, "a value like " + value));
            });
            assertRefused(episode, "no_such_part", Value.Numbers.of(0), "a part that the task does not name");
            assertThat(Contracts.join(episode.act(observation())))
                    .as("action after refused observations")
                    .isEqualTo(act((Policy) model, task()).get(0));
        }
    }

    private void assertRefused(Episode episode, String part, @Nullable Value value, String what) {
        Map<String, Value> values = new HashMap<>(observation().values());
        values.remove(part);
        if (value != null) {
            values.put(part, value);
        }
        Contracts.assertRefusedAt(
                "an observation with " + what,
                () -> episode.act(Observation.of(values)),
                Set.of(Reason.INVALID_INPUT),
                "observation.values[\"%s\"]".formatted(part));
    }

    @Test
    default void givesBackThePlaceOfClosedEpisodes() {
        try (Model model = Contracts.load(this)) {
            Policy policy = (Policy) model;
            for (int i = 0; i < 200; i++) {
                Episode episode = policy.open(task());
                CompletableFuture<Action> action = episode.act(observation()).toCompletableFuture();
                if (i % 2 == 0) {
                    action.join();
                }
                episode.close();
                episode.close();
                assertEnded(action);
            }
            assertThat(act(policy, task()))
                    .as("actions after 200 closed episodes")
                    .isNotEmpty();
        }
    }

    /** Asserts that an action whose episode was closed meanwhile has ended, by itself or by being cancelled. */
    private static void assertEnded(CompletableFuture<Action> action) {
        assertThat(Contracts.failure(action))
                .as("how an action ends whose episode is closed meanwhile")
                .satisfiesAnyOf(none -> assertThat(none).isNull(), some -> assertThat(some)
                        .isInstanceOf(CancellationException.class));
    }
}
