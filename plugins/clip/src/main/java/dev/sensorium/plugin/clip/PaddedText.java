package dev.sensorium.plugin.clip;

import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.Modality;
import java.util.Arrays;

/**
 * A text as token ids for SigLIP's text tower.
 *
 * @param ids as many token ids as the context has
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record PaddedText(int[] ids) implements Prepared {

    static PaddedText of(int[] ids, SiglipConfig.Text config, int pad) {
        int[] padded = Arrays.copyOf(ids, config.context());
        Arrays.fill(padded, ids.length, padded.length, pad);
        return new PaddedText(padded);
    }

    @Override
    public Object group() {
        return Modality.TEXT;
    }
}
