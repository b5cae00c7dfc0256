package dev.sensorium.client;

import java.nio.ByteBuffer;
import java.util.List;

/** The value of one part of an observation or an action. */
public sealed interface Value {

    /** Returns these numbers. */
    static Numbers numbers(float... values) {
        Float[] boxed = new Float[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return new Numbers(List.of(boxed));
    }

    /** Returns a picture of these bytes, which the caller must not change afterwards. */
    static Pixels pixels(byte[] bytes) {
        return new Pixels(ByteBuffer.wrap(bytes));
    }

    /**
     * Numbers: one for each of a discrete space's integers or of a box's numbers, in row-major order.
     *
     * @param values integers are floats without a fraction
     */
    record Numbers(List<Float> values) implements Value {

        public Numbers {
            values = List.copyOf(values);
        }
    }

    /**
     * A picture that is not encoded: one byte for each channel of each pixel, row by row from the top.
     *
     * @param bytes read-only, each accessor call returns a view with its own position
     */
    record Pixels(ByteBuffer bytes) implements Value {

        public Pixels {
            bytes = bytes.asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }
    }

    /** A text. */
    record Words(String text) implements Value {}
}
