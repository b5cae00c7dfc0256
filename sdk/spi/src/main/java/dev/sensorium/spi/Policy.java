package dev.sensorium.spi;

import dev.sensorium.spi.ModelException.Reason;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** The capability to act: observations in, actions out, one episode at a time. */
public non-sealed interface Policy extends Capability {

    /**
     * Opens an episode. This returns soon: what the task says is read by the network with the first observation.
     *
     * @throws ModelException INVALID_INPUT if the model cannot act in these spaces, TOO_LONG if the demonstration or one
     *     step takes more than the context, CAPACITY if too many episodes are open; {@link ModelException#at} "instruction",
     *     "observation_spaces", "action_spaces" or "demonstration", or what is in one of them, if that is to blame
     */
    Episode open(Task task);

    /**
     * What is to be done, and in which spaces.
     *
     * @param instruction in words; empty where the spaces say it all
     * @param observation the parts of an observation, by name; iterated in the order of the names
     * @param action the parts of an action, by name, which are numbers or texts; iterated in the order of the names
     * @param demonstration steps of an episode of the same task that went well, in their order; empty for none
     * @param seed of the actions, which are then sampled: the same seed and observations, the same actions; if empty,
     *     each action is the most likely one
     */
    record Task(
            String instruction,
            Map<String, Space> observation,
            Map<String, Space> action,
            List<Demonstrated> demonstration,
            OptionalLong seed) {

        public Task {
            observation = sorted(observation);
            action = sorted(action);
            demonstration = List.copyOf(demonstration);
            Parts.checkSpaces("observation_spaces", observation);
            Parts.checkSpaces("action_spaces", action);
            action.forEach((part, space) -> {
                if (space instanceof Space.Image) {
                    throw new ModelException(Reason.INVALID_INPUT, "images (expected: numbers or text)")
                            .at("action_spaces[\"%s\"]".formatted(part));
                }
            });
            for (int i = 0; i < demonstration.size(); i++) {
                Demonstrated step = demonstration.get(i);
                Parts.check("demonstration[%d].observation.values".formatted(i), observation, step.observation.values);
                Parts.check("demonstration[%d].action.values".formatted(i), action, step.action.values);
            }
        }

        /** Returns the task without a demonstration, whose actions are the most likely ones. */
        public static Task of(String instruction, Map<String, Space> observation, Map<String, Space> action) {
            return new Task(instruction, observation, action, List.of(), OptionalLong.empty());
        }

        /** Returns the same task with a demonstration. */
        public Task demonstrated(List<Demonstrated> steps) {
            return new Task(instruction, observation, action, steps, seed);
        }

        /** Returns the same task with sampled actions. */
        public Task sampled(long actionSeed) {
            return new Task(instruction, observation, action, demonstration, OptionalLong.of(actionSeed));
        }

        /**
         * Checks that an observation has the parts of the task and that their values lie in their spaces. A model calls
         * this first when it is to act.
         *
         * @throws ModelException INVALID_INPUT, {@link ModelException#at} {@code observation.values["part"]}, the first
         *     part in the order of the names that is missing, unknown or not in its space
         */
        public void check(Observation observed) {
            Parts.check("observation.values", observation, observed.values);
        }

        /**
         * Checks that an action has the parts of the task and that their values lie in their spaces.
         *
         * @throws ModelException INVALID_INPUT, {@link ModelException#at} {@code action.values["part"]}
         */
        public void check(Action done) {
            Parts.check("action.values", action, done.values);
        }
    }

    /**
     * A step that shows how it is done.
     *
     * @param observation what was perceived
     * @param action what was done then
     */
    record Demonstrated(Observation observation, Action action) {}

    /**
     * What is perceived at one step.
     *
     * @param values by the names of {@link Task#observation}; iterated in the order of the names
     * @param reward what the action before brought; empty at the first step, and where it is not known
     */
    record Observation(Map<String, Value> values, OptionalDouble reward) {

        public Observation {
            values = sorted(values);
            if (reward.isPresent() && !Double.isFinite(reward.getAsDouble())) {
                throw new ModelException(Reason.INVALID_INPUT, "%s (expected: finite)".formatted(reward.getAsDouble()))
                        .at("observation.reward");
            }
        }

        /** Returns what is perceived, without a reward. */
        public static Observation of(Map<String, ? extends Value> values) {
            return new Observation(Map.copyOf(values), OptionalDouble.empty());
        }
    }

    /**
     * What is done at one step.
     *
     * @param values by the names of {@link Task#action}; iterated in the order of the names
     */
    record Action(Map<String, Value> values) {

        public Action {
            values = sorted(values);
        }
    }

    private static <V> Map<String, V> sorted(Map<String, ? extends V> parts) {
        return Collections.unmodifiableMap(new TreeMap<String, V>(parts));
    }

    /**
     * An episode under way. One caller at a time: the next observation comes after the action for the one before.
     *
     * <p>Closing is ending: it may come from any thread, at any time and more than once, an action that is under way
     * fails with a {@link java.util.concurrent.CancellationException}, and what the episode held is freed within one step.
     */
    interface Episode extends AutoCloseable {

        /**
         * Starts to work out the action that follows this observation. The stage is completed by any thread, the model's
         * own loop perhaps, so what depends on it neither waits nor computes.
         *
         * @return the action, whose parts lie in the task's spaces; or a {@link ModelException} if the model failed, after
         *     which the episode is only to be closed
         * @throws ModelException INVALID_INPUT by {@link Task#check}; the episode goes on as if it had not been called
         */
        CompletionStage<Action> act(Observation observation);

        @Override
        void close();
    }
}
