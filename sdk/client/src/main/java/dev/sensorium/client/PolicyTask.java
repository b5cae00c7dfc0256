package dev.sensorium.client;

import java.util.List;
import java.util.Map;

/**
 * What is to be done in an episode, and in which spaces.
 *
 * @param instruction in words; empty where the spaces say it all
 * @param observation the parts of an observation, by name
 * @param action the parts of an action, by name, which are numbers or texts
 * @param demonstration steps of an episode of the same task that went well, in their order; empty for none
 */
public record PolicyTask(
        String instruction,
        Map<String, Space> observation,
        Map<String, Space> action,
        List<Demonstrated> demonstration) {

    public PolicyTask {
        observation = Map.copyOf(observation);
        action = Map.copyOf(action);
        demonstration = List.copyOf(demonstration);
    }

    /**
     * A step that shows how it is done.
     *
     * @param observation what was perceived
     * @param action what was done then
     */
    public record Demonstrated(Observation observation, Action action) {}

    /** Returns the task without a demonstration. */
    public static PolicyTask of(String instruction, Map<String, Space> observation, Map<String, Space> action) {
        return new PolicyTask(instruction, observation, action, List.of());
    }

    /** Returns this task with a demonstration. */
    public PolicyTask withDemonstration(List<Demonstrated> steps) {
        return new PolicyTask(instruction, observation, action, steps);
    }
}
