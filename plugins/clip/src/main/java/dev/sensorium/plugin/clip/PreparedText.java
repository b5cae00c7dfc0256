package dev.sensorium.plugin.clip;

import dev.sensorium.spi.Embedder.Prepared;
import java.util.Arrays;

/**
 * A text as token ids for CLIP's text tower.
 *
 * @param ids token ids, padded
 * @param end position of the token whose state stands for the text
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record PreparedText(int[] ids, int end) implements Prepared {

    private static final int SHORTEST = 8;

    /** Texts of one padded length. */
    private record Length(int tokens) {}

    /**
     * Pads ids to the next power of two or to the context: what follows the end cannot change its state, since no state
     * depends on later tokens.
     */
    static PreparedText padded(int[] ids, int end, int context) {
        int length = SHORTEST;
        while (length < ids.length) {
            length *= 2;
        }
        return new PreparedText(Arrays.copyOf(ids, Math.min(length, context)), end);
    }

    @Override
    public Object group() {
        return new Length(ids.length);
    }
}
