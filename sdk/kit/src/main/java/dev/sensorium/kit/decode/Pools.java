package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Paging;
import org.jspecify.annotations.Nullable;

/** What the lines of a loop share: slots, blocks of keys and values, blocks of the encoder's states. */
final class Pools {

    private final int slots;
    private final BlockPool cache;
    private final BlockPool memory;
    private final Prefixes prefixes;
    private int rows;

    Pools(int slots, Paging cache, @Nullable Paging memory) {
        this.slots = slots;
        this.cache = new BlockPool(cache);
        this.prefixes = new Prefixes(this.cache);
        this.memory = new BlockPool(memory == null ? new Paging(2, 1) : memory);
    }

    BlockPool cache() {
        return cache;
    }

    BlockPool memory() {
        return memory;
    }

    /** Returns the beginnings of prompts that are kept. */
    Prefixes prefixes() {
        return prefixes;
    }

    /** Returns a block of keys and values for one user; if need be one that was kept. */
    int takeBlock() {
        if (cache.isShort()) {
            prefixes.giveBack();
        }
        return cache.take();
    }

    int slots() {
        return slots;
    }

    int freeSlots() {
        return slots - rows;
    }

    /** Promises a request what it needs, if it is there. */
    boolean admit(Need need) {
        if (need.rows() > freeSlots()
                || need.blocks() > cache.unpromised()
                || need.memoryBlocks() > memory.unpromised()) {
            return false;
        }
        rows += need.rows();
        cache.promise(need.blocks());
        memory.promise(need.memoryBlocks());
        return true;
    }

    /** Takes back what {@link #admit} promised. */
    void dismiss(Need need) {
        rows -= need.rows();
        cache.release(need.blocks());
        memory.release(need.memoryBlocks());
    }
}
