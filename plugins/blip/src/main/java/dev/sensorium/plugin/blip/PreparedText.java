package dev.sensorium.plugin.blip;

import dev.sensorium.spi.Embedder.Prepared;
import java.util.Arrays;

/**
 * A text as token ids for the text model.
 *
 * @param ids token ids, padded
 * @param length how many are not padding
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record PreparedText(int[] ids, int length) implements Prepared {

    private static final int SHORTEST = 8;

    /** Texts of one padded length. */
    private record Length(int tokens) {}

    /** Pads ids to the next power of two or to the context; the text model does not see the padding. */
    static PreparedText padded(int[] ids, BlipConfig.Text config) {
        int length = SHORTEST;
        while (length < ids.length) {
            length *= 2;
        }
        int[] padded = Arrays.copyOf(ids, Math.min(length, config.context()));
        Arrays.fill(padded, ids.length, padded.length, config.tokens().pad());
        return new PreparedText(padded, ids.length);
    }

    @Override
    public Object group() {
        return new Length(ids.length);
    }
}
