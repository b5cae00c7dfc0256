package dev.sensorium.spi;

/**
 * A device that models run on.
 *
 * @param kind what it is
 * @param index its number among the devices of its kind, from 0
 */
public record Device(Kind kind, int index) {

    /** The kinds of device. */
    public enum Kind {
        CPU,
        GPU
    }

    public Device {
        if (index < 0) {
            throw new IllegalArgumentException("device index: %d (expected: >= 0)".formatted(index));
        }
    }

    /** Returns the first CPU device. */
    public static Device cpu() {
        return new Device(Kind.CPU, 0);
    }

    /** Returns for example "cpu:0". */
    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + ":" + index;
    }
}
