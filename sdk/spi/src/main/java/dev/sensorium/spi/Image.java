package dev.sensorium.spi;

import java.nio.ByteBuffer;

/**
 * A picture in its encoded form (PNG, JPEG, GIF, BMP or WebP; the format is told by the bytes).
 *
 * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
 */
public record Image(ByteBuffer encoded) implements Content {

    public Image {
        encoded = encoded.asReadOnlyBuffer();
    }

    /** Returns a picture of these bytes, which the caller must not change afterwards. */
    public static Image of(byte[] encoded) {
        return new Image(ByteBuffer.wrap(encoded));
    }

    @Override
    public ByteBuffer encoded() {
        return encoded.duplicate();
    }

    @Override
    public Modality modality() {
        return Modality.IMAGE;
    }
}
