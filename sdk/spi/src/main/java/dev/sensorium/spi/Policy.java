package dev.sensorium.spi;

import java.util.List;
import java.util.Map;

/** The capability to act: observations in, actions out, one episode at a time. */
public non-sealed interface Policy extends Capability {

    /**
     * Opens an episode.
     *
     * @throws ModelException INVALID_INPUT if the model cannot act in these spaces, CAPACITY if no slot is free
     */
    Episode open(Task task);

    /**
     * What is to be done, and in which spaces.
     *
     * @param instruction in words; empty where the spaces say it all
     * @param observation the parts of an observation, by name
     * @param action the parts of an action, by name
     */
    record Task(String instruction, Map<String, Space> observation, Map<String, Space> action) {

        public Task {
            observation = Map.copyOf(observation);
            action = Map.copyOf(action);
        }
    }

    /** The values that one part of an observation or action can have, as in Gymnasium. */
    sealed interface Space {

        /**
         * One of the integers 0 to size - 1.
         *
         * @param size how many values there are, at least 1
         */
        record Discrete(int size) implements Space {}

        /**
         * Real numbers within bounds.
         *
         * @param low lower bounds, one per dimension
         * @param high upper bounds, one per dimension
         */
        record Box(List<Float> low, List<Float> high) implements Space {

            public Box {
                low = List.copyOf(low);
                high = List.copyOf(high);
            }
        }
    }

    /**
     * What is perceived at one step.
     *
     * @param values the numbers of each part, by the names of {@link Task#observation}
     */
    record Observation(Map<String, List<Float>> values) {

        public Observation {
            values = Map.copyOf(values);
        }
    }

    /**
     * What is done at one step.
     *
     * @param values the numbers of each part, by the names of {@link Task#action}
     */
    record Action(Map<String, List<Float>> values) {

        public Action {
            values = Map.copyOf(values);
        }
    }

    /** An episode under way; closing it ends it and frees what it held. */
    interface Episode extends AutoCloseable {

        /**
         * Returns the action that follows this observation.
         *
         * @throws ModelException INVALID_INPUT naming the part that does not fit its space
         */
        Action act(Observation observation);

        @Override
        void close();
    }
}
