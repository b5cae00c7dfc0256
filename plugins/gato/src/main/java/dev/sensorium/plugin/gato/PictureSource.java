package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Source;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.PrepareOptions;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A picture that is described.
 *
 * @param key the same for pictures of the same patches
 * @param pixels (S, S, 3)
 * @param length how many patches it has
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record PictureSource(Key key, float[] pixels, int length) implements Source {

    private static final String GROUP = "pictures";

    /**
     * What a picture's patches depend on.
     *
     * @param digest of its file, SHA-256
     * @param oriented whether it was turned as its file says
     */
    record Key(ByteBuffer digest, boolean oriented) {}

    /** Reads a picture that has so many patches. */
    static PictureSource read(Image image, ImageReader reader, PrepareOptions options, int length) {
        Key key = new Key(digest(image.encoded()), options.applyOrientation());
        return new PictureSource(key, reader.pixels(image, options), length);
    }

    @Override
    public Object group() {
        return GROUP;
    }

    private static ByteBuffer digest(ByteBuffer file) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(file);
            return ByteBuffer.wrap(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
