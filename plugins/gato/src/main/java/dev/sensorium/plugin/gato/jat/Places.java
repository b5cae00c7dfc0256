package dev.sensorium.plugin.gato.jat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The blocks of keys and values, as many for each episode. */
final class Places {

    private final Deque<int[]> clean = new ArrayDeque<>();
    private final Deque<int[]> unclean = new ArrayDeque<>();

    /** Returns places for so many episodes, of so many blocks each. */
    Places(int count, int blocks) {
        for (int i = 0; i < count; i++) {
            int first = 1 + i * blocks; // block 0 is nobody's
            clean.add(IntStream.range(first, first + blocks).toArray());
        }
    }

    /**
     * Returns a place.
     *
     * @param cleaner fills blocks with zeros
     */
    synchronized int[] take(Consumer<int[]> cleaner) {
        if (!clean.isEmpty()) {
            return clean.pop();
        }
        if (unclean.isEmpty()) {
            throw new IllegalStateException("no place is left");
        }
        cleaner.accept(unclean.element());
        return unclean.pop();
    }

    /** Takes a place back; if it may hold what is not finite, it is cleaned before it is used again. */
    synchronized void giveBack(int[] blocks, boolean isClean) {
        (isClean ? clean : unclean).push(blocks);
    }

    /** Returns how many are free. */
    synchronized int free() {
        return clean.size() + unclean.size();
    }
}
