package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Paging;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The most that a request takes of a loop at any time.
 *
 * @param rows slots
 * @param blocks blocks of keys and values
 * @param memoryBlocks blocks of the encoder's states
 */
record Need(int rows, int blocks, int memoryBlocks) {

    /** Returns what so many rows need that begin with one of the openings each, and go on by so many tokens. */
    static Need of(List<Opening> openings, int rows, int tokens, Pools pools) {
        Paging cache = pools.cache().paging();
        int shared = 0;
        int own = 0;
        for (Opening opening : openings) {
            int length = opening.ids().length;
            int full = length / cache.blockSize(); // of these, rows need no copy
            shared += full;
            own = Math.max(own, cache.blocksOf(length + tokens) - full);
        }
        return new Need(
                rows, shared + rows * own, memoryBlocks(openings, pools.memory().paging()));
    }

    /** Returns what so many texts side by side need that are scored, each of so many tokens. */
    static Need ofScoring(Opening prompt, int rows, int tokens, Pools pools) {
        Paging cache = pools.cache().paging();
        int read = prompt.ids().length - 1;
        int full = read / cache.blockSize();
        int own = cache.blocksOf(read + tokens) - full;
        return new Need(
                1,
                cache.blocksOf(read) + rows * own,
                memoryBlocks(List.of(prompt), pools.memory().paging()));
    }

    private static int memoryBlocks(List<Opening> openings, Paging memory) {
        Set<Source> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        int blocks = 0;
        for (Opening opening : openings) {
            Source source = opening.source();
            if (source != null && seen.add(source)) {
                blocks += memory.blocksOf(source.length());
            }
        }
        return blocks;
    }
}
