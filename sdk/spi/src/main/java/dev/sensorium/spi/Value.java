package dev.sensorium.spi;

import java.nio.ByteBuffer;
import java.util.List;

/** The value of one part of an observation or an action; {@link Space#check} says whether it lies in a space. */
public sealed interface Value {

    /** Returns what messages call values of this kind. */
    String kind();

    /**
     * Numbers: one for each of a discrete space's integers or of a box's numbers, in row-major order.
     *
     * @param values integers are floats without a fraction
     */
    record Numbers(List<Float> values) implements Value {

        public Numbers {
            values = List.copyOf(values);
        }

        /** Returns these numbers. */
        public static Numbers of(float... values) {
            Float[] boxed = new Float[values.length];
            for (int i = 0; i < values.length; i++) {
                boxed[i] = values[i];
            }
            return new Numbers(List.of(boxed));
        }

        @Override
        public String kind() {
            return "numbers";
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

        /** Returns how many bytes there are. */
        public int size() {
            return bytes.remaining();
        }

        @Override
        public String kind() {
            return "pixels";
        }
    }

    /** A text. */
    record Words(String text) implements Value {

        @Override
        public String kind() {
            return "text";
        }
    }
}
