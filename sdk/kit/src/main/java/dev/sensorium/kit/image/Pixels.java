package dev.sensorium.kit.image;

/**
 * A decoded picture: red, green and blue bytes, row by row from the top, {@code (height, width, 3)}.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 * @param rgb the bytes; not copied, so whoever makes or reads a picture leaves them alone
 */
@SuppressWarnings("ArrayRecordComponent") // millions of bytes, neither copied nor compared
public record Pixels(int width, int height, byte[] rgb) {

    public Pixels {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("pixels: %d bytes for %dx%d (expected: %d)"
                    .formatted(rgb.length, width, height, 3L * width * height));
        }
    }

    /** Returns a black picture. */
    static Pixels black(int width, int height) {
        return new Pixels(width, height, new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))]);
    }
}
