package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.nn.Paging;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import java.util.OptionalInt;

/**
 * How many episodes a model has room for, and how much of each it keeps.
 *
 * @param episodes the setting "episodes", 64 by default
 * @param window the setting "context_window", tokens that are kept from one timestep to the next; if it is absent, 256, or
 *     32 where pictures are observed, as the reference was evaluated
 */
record JatSettings(int episodes, OptionalInt window) {

    /** States of a block of {@link #states}: those that a usual timestep reads. */
    static final int STATES = 4;

    private static final String EPISODES = "episodes";
    private static final String WINDOW = "context_window";
    private static final int USUAL = 256;
    private static final int USUAL_OF_PICTURES = 32;

    /** Returns the keys of the settings that {@link #of} reads. */
    static String[] keys() {
        return new String[] {EPISODES, WINDOW};
    }

    /**
     * Returns what a spec asks for.
     *
     * @throws ModelException INVALID_CHECKPOINT if a setting is not a number or out of bounds
     */
    static JatSettings of(ModelSpec spec) {
        String episodes = spec.settings().getOrDefault(EPISODES, "64");
        if (!episodes.matches("[1-9][0-9]{0,4}")) {
            throw refuse(EPISODES, episodes, "1 to 99999");
        }
        String window = spec.settings().get(WINDOW);
        if (window != null && !window.matches("[2468]|[1-9][0-9]{0,3}[02468]")) {
            throw refuse(WINDOW, window, "an even number, 2 to 99998");
        }
        return new JatSettings(
                Integer.parseInt(episodes),
                window == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(window)));
    }

    /** Returns how many tokens are kept of an episode. */
    int kept(JatConfig config, boolean pictures) {
        return config.kept(window.orElse(pictures ? USUAL_OF_PICTURES : USUAL));
    }

    /** Returns how many blocks of {@link #cache} an episode takes. */
    int blocks(JatConfig config) {
        return kept(config, false) / JatConfig.STEP + 2;
    }

    /** Returns how keys and values are cut up: a block is a timestep, so that the oldest can be left out. */
    Paging cache(JatConfig config) {
        return new Paging(Math.addExact(Math.multiplyExact(episodes, blocks(config)), 1), JatConfig.STEP);
    }

    /** Returns how the tokens of one run are cut up: a block for each episode, or one demonstration. */
    Paging states(JatConfig config) {
        int longest = (kept(config, false) + STATES) / STATES + 1;
        return new Paging(Math.max(episodes, longest) + 1, STATES);
    }

    private static ModelException refuse(String key, String value, String expected) {
        return new ModelException(
                Reason.INVALID_CHECKPOINT, "setting \"%s\": \"%s\" (expected: %s)".formatted(key, value, expected));
    }
}
