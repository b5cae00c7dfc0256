package dev.sensorium.kit.decode;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A picture that a decoder attends to.
 *
 * @param key equal for equal pixels
 * @param pixels (S, S, 3)
 * @param length how many states it has
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
public record PictureSource(ByteBuffer key, float[] pixels, int length) implements Source {

    /** What pictures are encoded in one batch by. */
    public static final String GROUP = "pictures";

    /** Returns a picture, as the network is given it, that has so many states. */
    public static PictureSource of(float[] pixels, int length) {
        return new PictureSource(digest(pixels), pixels, length);
    }

    @Override
    public Object group() {
        return GROUP;
    }

    private static ByteBuffer digest(float[] pixels) {
        ByteBuffer bytes = ByteBuffer.allocate(pixels.length * Float.BYTES);
        bytes.asFloatBuffer().put(pixels);
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
