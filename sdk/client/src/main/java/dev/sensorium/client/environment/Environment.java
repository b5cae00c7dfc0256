package dev.sensorium.client.environment;

import dev.sensorium.client.Action;
import dev.sensorium.client.Observation;
import dev.sensorium.client.PolicyTask;
import dev.sensorium.client.Space;
import java.awt.image.BufferedImage;
import java.util.Map;

/** Something to play in, one episode at a time: {@link #reset} begins it, {@link #step} goes on until it is over. */
public interface Environment {

    /** Returns the parts of an observation, by name. */
    Map<String, Space> observationSpaces();

    /** Returns the parts of an action, by name. */
    Map<String, Space> actionSpaces();

    /** Returns what is to be done in this episode, in words; to be asked after {@link #reset}. */
    String instruction();

    /** Begins an episode, the same for the same seed, and returns what is perceived first. */
    Observation reset(long seed);

    /** Does something, and returns what comes of it; not to be called when the episode is over. */
    Step step(Action action);

    /** Returns whether the episode that is over went well. */
    boolean success();

    /** Returns how many steps make a second, for those who watch. */
    int stepsPerSecond();

    /** Returns a picture of what is going on, square. */
    BufferedImage render();

    /** Returns what a model is asked for this episode; to be asked after {@link #reset}. */
    default PolicyTask task() {
        return PolicyTask.of(instruction(), observationSpaces(), actionSpaces());
    }

    /**
     * What comes of an action.
     *
     * @param observation what is perceived then, with the reward
     * @param reward what the action brought
     * @param terminated whether the episode came to its own end
     * @param truncated whether it was ended because it took too long
     */
    record Step(Observation observation, double reward, boolean terminated, boolean truncated) {

        /** Returns whether the episode is over. */
        public boolean over() {
            return terminated || truncated;
        }
    }
}
