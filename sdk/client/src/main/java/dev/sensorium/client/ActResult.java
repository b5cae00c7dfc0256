package dev.sensorium.client;

import java.time.Duration;
import java.util.Optional;

/**
 * The answer to an observation: an action, or that it is late.
 *
 * @param step the observation's number, 1 for the first
 * @param inTime the action; empty if it was not there at its deadline
 * @param queueTime how long the observation waited; zero if the action is late
 * @param computeTime how long the model took, its wait for other episodes included; the deadline if the action is late
 */
public record ActResult(long step, Optional<Action> inTime, Duration queueTime, Duration computeTime) {

    /** Tells whether the action was not there at its deadline. */
    public boolean late() {
        return inTime.isEmpty();
    }

    /**
     * Returns the action.
     *
     * @throws IllegalStateException if it is late, which can only be where there is a deadline
     */
    public Action action() {
        return inTime.orElseThrow(
                () -> new IllegalStateException("action %d: late (expected: in time)".formatted(step)));
    }
}
