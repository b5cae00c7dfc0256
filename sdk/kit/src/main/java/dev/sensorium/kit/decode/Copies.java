package dev.sensorium.kit.decode;

import java.util.Arrays;

/** Blocks that are to be copied before a run. */
final class Copies {

    private int[] from = new int[8];
    private int[] to = new int[8];
    private int count;

    void add(int source, int target) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
        }
        from[count] = source;
        to[count] = target;
        count++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int[] from() {
        return Arrays.copyOf(from, count);
    }

    int[] to() {
        return Arrays.copyOf(to, count);
    }
}
