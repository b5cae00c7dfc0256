package dev.sensorium.spi;

import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Pixels;
import dev.sensorium.spi.Value.Words;
import java.util.Collections;
import java.util.List;

/**
 * The values that one part of an observation or an action can have, as in Gymnasium. A dictionary of spaces is as many
 * parts, each by its name; dictionaries in dictionaries have dots in their names, as in "arm.position".
 */
public sealed interface Space {

    /** The most numbers, or bytes of a picture, that a value can have. */
    int MOST_ELEMENTS = 1 << 24;

    /**
     * Checks that a value lies in this space.
     *
     * @param name what the value is called
     * @throws ModelException INVALID_INPUT, {@link ModelException#at} the name
     */
    void check(String name, Value value);

    /**
     * One of the integers 0 to size - 1; its value is one number.
     *
     * @param size how many there are, 1 to 2^24, so that each is a float exactly
     */
    record Discrete(int size) implements Space {

        public Discrete {
            require(size >= 1 && size <= MOST_ELEMENTS, "size", "%d (expected: 1 to %d)", size, MOST_ELEMENTS);
        }

        @Override
        public void check(String name, Value value) {
            integer(name, numbers(name, value, 1).get(0), size);
        }
    }

    /**
     * Several integers side by side; its value is one number for each.
     *
     * @param sizes the i-th number is one of 0 to sizes[i] - 1
     */
    record MultiDiscrete(List<Integer> sizes) implements Space {

        public MultiDiscrete {
            sizes = List.copyOf(sizes);
            require(!sizes.isEmpty(), "sizes", "0 (expected: >= 1)");
            for (int i = 0; i < sizes.size(); i++) {
                int size = sizes.get(i);
                require(
                        size >= 1 && size <= MOST_ELEMENTS,
                        "sizes[%d]".formatted(i),
                        "%d (expected: 1 to %d)",
                        size,
                        MOST_ELEMENTS);
            }
        }

        @Override
        public void check(String name, Value value) {
            List<Float> numbers = numbers(name, value, sizes.size());
            for (int i = 0; i < sizes.size(); i++) {
                integer("%s[%d]".formatted(name, i), numbers.get(i), sizes.get(i));
            }
        }
    }

    /**
     * Real numbers within bounds; its value is the numbers in row-major order, each finite.
     *
     * @param shape the length of each dimension; empty for a single number
     * @param low the lower bound of each number, both ends included; -infinity for none
     * @param high the upper bound of each number; infinity for none
     */
    record Box(List<Integer> shape, List<Float> low, List<Float> high) implements Space {

        public Box {
            shape = List.copyOf(shape);
            low = List.copyOf(low);
            high = List.copyOf(high);
            int size = size(shape);
            require(low.size() == size, "low", "%d numbers (expected: %d)", low.size(), size);
            require(high.size() == size, "high", "%d numbers (expected: %d)", high.size(), size);
            for (int i = 0; i < size; i++) {
                require(
                        low.get(i) <= high.get(i),
                        "low[%d]".formatted(i),
                        "%s (expected: <= %s)",
                        low.get(i),
                        high.get(i));
            }
        }

        /** Returns the box of one dimension with these bounds. */
        public static Box of(List<Float> low, List<Float> high) {
            return new Box(List.of(low.size()), low, high);
        }

        /** Returns the box of one dimension whose numbers all have the same bounds. */
        public static Box of(int size, float low, float high) {
            return of(Collections.nCopies(size, low), Collections.nCopies(size, high));
        }

        /** Returns how many numbers a value has. */
        public int size() {
            return low.size();
        }

        @Override
        public void check(String name, Value value) {
            List<Float> numbers = numbers(name, value, size());
            for (int i = 0; i < numbers.size(); i++) {
                float number = numbers.get(i);
                require(
                        Float.isFinite(number) && number >= low.get(i) && number <= high.get(i),
                        "%s[%d]".formatted(name, i),
                        "%s (expected: %s to %s, and finite)",
                        number,
                        low.get(i),
                        high.get(i));
            }
        }

        private static int size(List<Integer> shape) {
            long size = 1;
            for (int length : shape) {
                size *= length;
                require(
                        length >= 1 && size <= MOST_ELEMENTS,
                        "shape",
                        "%s (expected: lengths >= 1 with a product <= %d)",
                        shape,
                        MOST_ELEMENTS);
            }
            return (int) size;
        }
    }

    /**
     * Pictures of one size.
     *
     * @param height in pixels
     * @param width in pixels
     * @param channels numbers for each pixel, 1 for grey and 3 for RGB; others for stacked pictures
     */
    record Image(int height, int width, int channels) implements Space {

        public Image {
            require(
                    height >= 1
                            && width >= 1
                            && channels >= 1
                            && (long) height * width <= MOST_ELEMENTS
                            && (long) height * width * channels <= MOST_ELEMENTS,
                    "image",
                    "%d x %d x %d (expected: >= 1 each, and a product <= %d)",
                    height,
                    width,
                    channels,
                    MOST_ELEMENTS);
        }

        @Override
        public void check(String name, Value value) {
            if (!(value instanceof Pixels pixels)) {
                throw kind(name, value, "pixels");
            }
            int size = height * width * channels;
            require(pixels.size() == size, name, "%d bytes (expected: %d)", pixels.size(), size);
        }
    }

    /**
     * Texts.
     *
     * @param maxLength the most characters, in UTF-16
     */
    record Text(int maxLength) implements Space {

        public Text {
            require(maxLength >= 1, "max_length", "%d (expected: >= 1)", maxLength);
        }

        @Override
        public void check(String name, Value value) {
            if (!(value instanceof Words words)) {
                throw kind(name, value, "text");
            }
            int length = words.text().length();
            require(length <= maxLength, name, "%d characters (expected: <= %d)", length, maxLength);
        }
    }

    private static List<Float> numbers(String name, Value value, int size) {
        if (!(value instanceof Numbers numbers)) {
            throw kind(name, value, "numbers");
        }
        int found = numbers.values().size();
        require(found == size, name, "%d numbers (expected: %d)", found, size);
        return numbers.values();
    }

    private static void integer(String name, float number, int size) {
        require(
                number >= 0 && number < size && number == Math.rint(number),
                name,
                "%s (expected: an integer, 0 to %d)",
                number,
                size - 1);
    }

    private static ModelException kind(String name, Value value, String expected) {
        return new ModelException(Reason.INVALID_INPUT, "%s (expected: %s)".formatted(value.kind(), expected)).at(name);
    }

    private static void require(boolean holds, String part, String problem, Object... values) {
        if (!holds) {
            throw new ModelException(Reason.INVALID_INPUT, problem.formatted(values)).at(part);
        }
    }
}
