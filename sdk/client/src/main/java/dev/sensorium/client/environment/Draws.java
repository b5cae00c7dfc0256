package dev.sensorium.client.environment;

import java.util.ArrayList;
import java.util.List;

/** SplitMix64 (Steele et al. 2014): the same numbers from the same seed, in every language. */
final class Draws {

    private long state;

    Draws(long seed) {
        state = seed;
    }

    /** Returns a number from low to high, high excluded: 53 bits of the next draw. */
    double uniform(double low, double high) {
        return low + (high - low) * ((bits() >>> 11) * 0x1p-53);
    }

    /** Returns a whole number from 0 to size - 1. */
    int below(int size) {
        return (int) uniform(0, size);
    }

    /** Returns different whole numbers below size: drawn one by one, again where a number came before. */
    List<Integer> distinct(int count, int size) {
        List<Integer> found = new ArrayList<>();
        while (found.size() < count) {
            int number = below(size);
            if (!found.contains(number)) {
                found.add(number);
            }
        }
        return found;
    }

    private long bits() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
