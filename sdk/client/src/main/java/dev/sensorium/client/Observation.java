package dev.sensorium.client;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is perceived at one step of an episode. Immutable: each {@code with} method returns a changed copy.
 *
 * @param values one for each part of {@link PolicyTask#observation}
 * @param reward what the action before brought; empty at the first step, and where it is not known
 * @param deadline how long this action may take; empty for {@link ActOptions#actionDeadline}
 */
public record Observation(Map<String, Value> values, OptionalDouble reward, Optional<Duration> deadline) {

    public Observation {
        values = Map.copyOf(values);
    }

    /** Returns the observation of these values. */
    public static Observation of(Map<String, ? extends Value> values) {
        return new Observation(Map.copyOf(values), OptionalDouble.empty(), Optional.empty());
    }

    /** Returns this observation with what the action before brought. */
    public Observation withReward(double reward) {
        return new Observation(values, OptionalDouble.of(reward), deadline);
    }

    /** Returns this observation with a deadline of its own for its action. */
    public Observation withDeadline(Duration deadline) {
        return new Observation(values, reward, Optional.of(deadline));
    }
}
