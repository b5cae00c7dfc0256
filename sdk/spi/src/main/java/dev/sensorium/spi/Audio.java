package dev.sensorium.spi;

import java.nio.ByteBuffer;

/**
 * A sound in its encoded form (the format is told by the bytes).
 *
 * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
 */
public record Audio(ByteBuffer encoded) implements Content {

    public Audio {
        encoded = encoded.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer encoded() {
        return encoded.duplicate();
    }

    @Override
    public Modality modality() {
        return Modality.AUDIO;
    }
}
