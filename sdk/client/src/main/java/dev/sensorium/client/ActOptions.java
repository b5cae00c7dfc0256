package dev.sensorium.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an episode is to be played where there is a choice. Immutable: each {@code with} method returns a changed copy.
 *
 * @param model "name" for its newest version, or "name/version"; empty if only one model can act
 * @param seed of the actions, which are then sampled: the same seed and observations, the same actions; if empty, each
 *     action is the most likely one
 * @param actionDeadline how long an action may take from when the server has its observation; empty for as long as it
 *     takes
 */
public record ActOptions(String model, OptionalLong seed, Optional<Duration> actionDeadline) {

    /** The only model there is, the most likely actions, without a deadline. */
    public static final ActOptions DEFAULT = new ActOptions("", OptionalLong.empty(), Optional.empty());

    /** Returns these options for a model, "name" or "name/version". */
    public ActOptions withModel(String model) {
        return new ActOptions(model, seed, actionDeadline);
    }

    /** Returns these options with actions that are sampled. */
    public ActOptions withSeed(long seed) {
        return new ActOptions(model, OptionalLong.of(seed), actionDeadline);
    }

    /** Returns these options with a deadline for each action. */
    public ActOptions withActionDeadline(Duration deadline) {
        return new ActOptions(model, seed, Optional.of(deadline));
    }
}
