package dev.sensorium.kit.decode;

/**
 * What an {@link Encoder} made of a source.
 *
 * @param values states (T, De), row by row; never changed
 * @param width De
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
public record States(float[] values, int width) {

    public States {
        if (width < 1 || values.length % width != 0) {
            throw new IllegalArgumentException(
                    "states: %d numbers (expected: a multiple of %d)".formatted(values.length, width));
        }
    }

    /** Returns T. */
    public int length() {
        return values.length / width;
    }

    /** Returns how much memory they take. */
    long bytes() {
        return (long) values.length * Float.BYTES;
    }
}
