package dev.sensorium.client;

import java.util.Collections;
import java.util.List;

/**
 * The values that one part of an observation or an action can have, as in Gymnasium. A dictionary of spaces is as many
 * parts, each by its name; dictionaries in dictionaries have dots in their names, as in "arm.position".
 */
public sealed interface Space {

    /**
     * One of the integers 0 to size - 1; its value is one number.
     *
     * @param size how many there are
     */
    record Discrete(int size) implements Space {}

    /**
     * Several integers side by side; its value is one number for each.
     *
     * @param sizes the i-th number is one of 0 to sizes[i] - 1
     */
    record MultiDiscrete(List<Integer> sizes) implements Space {

        public MultiDiscrete {
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * Real numbers within bounds; its value is the numbers in row-major order, each finite.
     *
     * @param shape the length of each dimension; empty for a single number
     * @param low the lower bound of each number, -infinity for none
     * @param high the upper bound of each number, infinity for none
     */
    record Box(List<Integer> shape, List<Float> low, List<Float> high) implements Space {

        public Box {
            shape = List.copyOf(shape);
            low = List.copyOf(low);
            high = List.copyOf(high);
        }

        /** Returns the box of one dimension with these bounds. */
        public static Box of(List<Float> low, List<Float> high) {
            return new Box(List.of(low.size()), low, high);
        }

        /** Returns the box of one dimension whose numbers all have the same bounds. */
        public static Box of(int size, float low, float high) {
            return of(Collections.nCopies(size, low), Collections.nCopies(size, high));
        }
    }

    /**
     * Pictures of one size; its value is {@link Value.Pixels}.
     *
     * @param height in pixels
     * @param width in pixels
     * @param channels numbers for each pixel, 1 for grey and 3 for RGB; others for stacked pictures
     */
    record Image(int height, int width, int channels) implements Space {}

    /**
     * Texts; its value is {@link Value.Words}.
     *
     * @param maxLength the most characters, in UTF-16
     */
    record Text(int maxLength) implements Space {}
}
