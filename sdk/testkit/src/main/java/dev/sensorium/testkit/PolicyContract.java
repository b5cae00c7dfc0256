package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Space;
import dev.sensorium.spi.Policy.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a model promises that is a {@link Policy}. */
public interface PolicyContract extends ModelContract {

    /** Returns a task that the model can act in. */
    default Task task() {
        Space.Box box = new Space.Box(List.of(-1f, -1f), List.of(1f, 1f));
        return new Task(
                "reach the goal",
                Map.of("position", box, "goal", new Space.Discrete(4)),
                Map.of("move", box, "grip", new Space.Discrete(2)));
    }

    /** Returns an observation in the spaces of {@link #task}: the middle of each. */
    default Observation observation() {
        Map<String, List<Float>> values = new HashMap<>();
        task().observation().forEach((part, space) -> values.put(part, Spaces.middle(space)));
        return new Observation(values);
    }

    @Test
    default void actsInTheSpacesOfTheTask() {
        try (Model model = Contracts.load(this);
                Episode episode = ((Policy) model).open(task())) {
            for (int step = 0; step < 3; step++) {
                Action action = episode.act(observation());
                assertThat(action.values().keySet())
                        .as("parts of the action")
                        .isEqualTo(task().action().keySet());
                task().action()
                        .forEach((part, space) -> Spaces.assertWithin(
                                "action: " + part, action.values().getOrDefault(part, List.of()), space));
            }
        }
    }

    @Test
    default void actsTheSameInTheSameEpisode() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Policy policy = (Policy) model;
            List<Action> alone = act(policy);
            assertThat(Contracts.inParallel(List.of(policy), this::act).get(0))
                    .as("actions of episodes with the same observations, many at once")
                    .allMatch(alone::equals);
        }
    }

    private List<Action> act(Policy policy) {
        try (Episode episode = policy.open(task())) {
            List<Action> actions = new ArrayList<>();
            for (int step = 0; step < 3; step++) {
                actions.add(episode.act(observation()));
            }
            return actions;
        }
    }

    @Test
    default void refusesObservationsThatDoNotFitAndGoesOn() {
        try (Model model = Contracts.load(this);
                Episode episode = ((Policy) model).open(task())) {
            String part = task().observation().keySet().iterator().next();
            List<Float> good = observation().values().getOrDefault(part, List.of());
            List<Float> longer = new ArrayList<>(good);
            longer.add(0f);
            assertRefused(episode, part, Collections.nCopies(good.size(), Float.NaN), "NaN");
            assertRefused(episode, part, longer, "too many numbers");
            assertRefused(episode, part, good.subList(0, good.size() - 1), "too few numbers");
            assertRefused(episode, "no_such_part", good, "a part that the task does not name");
            assertThat(episode.act(observation()).values())
                    .as("action after refused observations")
                    .isNotEmpty();
        }
    }

    private void assertRefused(Episode episode, String part, List<Float> values, String what) {
        Map<String, List<Float>> observation = new HashMap<>(observation().values());
        observation.put(part, values);
        Contracts.assertRefused(
                "an observation with " + what,
                () -> episode.act(new Observation(observation)),
                Set.of(Reason.INVALID_INPUT),
                part);
    }

    @Test
    default void givesBackThePlaceOfClosedEpisodes() {
        try (Model model = Contracts.load(this)) {
            Policy policy = (Policy) model;
            for (int i = 0; i < 100; i++) {
                Episode episode = policy.open(task());
                episode.act(observation());
                episode.close();
                episode.close();
            }
            assertThat(act(policy)).as("actions after 100 closed episodes").isNotEmpty();
        }
    }
}
