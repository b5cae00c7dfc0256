package dev.sensorium.plugin.gato.jat;

import dev.sensorium.plugin.gato.jat.History.Reading;
import dev.sensorium.spi.ModelException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An episode in a loop, which guards all of it but the order of the blocks. */
final class Seat {

    /** Where its timesteps lie, from the oldest on; nothing before its first turn. */
    private int[] blocks = {};

    @Nullable
    Turn turn;

    @Nullable
    ModelException failure;

    boolean underWay;
    boolean closed;

    /**
     * What an episode is to read, and what is asked then.
     *
     * @param discrete whether it is how likely each discrete action is, or else numbers
     * @param count of how many actions, or how many numbers
     * @param answer takes these
     */
    record Turn(Seat seat, Reading reading, boolean discrete, int count, CompletableFuture<float[]> answer) {

        /** Returns whether it is more than a timestep: a demonstration. */
        boolean isLong() {
            return reading.tokens().size() > JatSettings.STATES;
        }

        /** Returns the blocks of all tokens up to the last new one. */
        int[] blocks() {
            return Arrays.copyOf(seat.blocks, (reading.end() + JatConfig.STEP - 1) / JatConfig.STEP);
        }
    }

    boolean hasPlace() {
        return blocks.length > 0;
    }

    void take(int[] place) {
        blocks = place;
    }

    /** Returns its place, which it has no longer. */
    int[] leave() {
        int[] place = blocks;
        blocks = new int[0];
        return place;
    }

    /** Forgets so many of the oldest tokens: their blocks are used next. */
    void forget(int tokens) {
        int[] own = blocks; // an episode that was closed meanwhile has none
        int[] rotated = new int[own.length];
        for (int i = 0; i < own.length; i++) {
            rotated[i] = own[(i + tokens / JatConfig.STEP) % own.length];
        }
        blocks = rotated;
    }
}
