package dev.sensorium.testkit.echo;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Space;
import dev.sensorium.spi.Policy.Task;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An episode in which the same least thing is done at every step: 0, or the lower bounds. */
final class EchoEpisode implements Episode {

    private final Map<String, Space> spaces;
    private final Action action;

    EchoEpisode(Task task) {
        if (task.action().isEmpty()) {
            throw new ModelException(Reason.INVALID_INPUT, "action: no parts (expected: >= 1)");
        }
        spaces = task.observation();
        action = new Action(task.action().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> least(e.getValue()))));
    }

    private static List<Float> least(Space space) {
        return space instanceof Space.Box box ? box.low() : List.of(0f);
    }

    @Override
    public Action act(Observation observation) {
        if (!observation.values().keySet().equals(spaces.keySet())) {
            throw new ModelException(
                    Reason.INVALID_INPUT,
                    "observation: parts %s (expected: %s)"
                            .formatted(observation.values().keySet(), spaces.keySet()));
        }
        spaces.forEach((part, space) -> check(part, observation.values().getOrDefault(part, List.of()), space));
        return action;
    }

    private static void check(String part, List<Float> values, Space space) {
        List<Float> low = space instanceof Space.Box box ? box.low() : List.of(0f);
        List<Float> high =
                space instanceof Space.Discrete discrete ? List.of(discrete.size() - 1f) : ((Space.Box) space).high();
        if (values.size() != low.size()) {
            throw new ModelException(
                    Reason.INVALID_INPUT, "%s: %d numbers (expected: %d)".formatted(part, values.size(), low.size()));
        }
        for (int i = 0; i < low.size(); i++) {
            float value = values.get(i);
            if (!(value >= low.get(i) && value <= high.get(i))) {
                throw new ModelException(
                        Reason.INVALID_INPUT,
                        "%s[%d]: %s (expected: %s to %s)".formatted(part, i, value, low.get(i), high.get(i)));
            }
        }
    }

    @Override
    public void close() {}
}
