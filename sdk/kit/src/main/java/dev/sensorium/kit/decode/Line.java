package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A sequence as the session keeps it: where the keys and values of its tokens lie, and what it attends to. */
final class Line {

    private static final int[] NONE = {};

    private final Pools pools;
    private @Nullable Remembered memory;
    private int[] blocks;
    private int length;

    /** What the last token sees of the memory; nothing where it has no parts. */
    private int[] view = NONE;

    private Line(Pools pools, @Nullable Remembered memory, int[] blocks, int length) {
        this.pools = pools;
        this.memory = memory;
        this.blocks = blocks;
        this.length = length;
    }

    /** Returns a line of no tokens. */
    static Line of(Pools pools, @Nullable Remembered memory) {
        return after(pools, memory, NONE);
    }

    /** Returns a line of the tokens of these blocks, which are full and in use by others. */
    static Line after(Pools pools, @Nullable Remembered memory, int[] known) {
        pools.cache().share(known);
        if (memory != null) {
            pools.memory().share(memory.blocks());
        }
        return new Line(
                pools, memory, known, known.length * pools.cache().paging().blockSize());
    }

    /** Returns a line that goes on from the same tokens. */
    Line fork() {
        pools.cache().share(blocks);
        if (memory != null) {
            pools.memory().share(memory.blocks());
        }
        Line fork = new Line(pools, memory, blocks, length);
        fork.view = view;
        return fork;
    }

    /** Adds a token that sees what the one before does; the row that is returned computes it. */
    Row add(int id, Copies copies) {
        return add(new int[] {id}, view, copies);
    }

    /**
     * Adds tokens, which the row that is returned computes.
     *
     * @param views what each of them sees of the memory; nothing where it has no parts
     * @param copies takes the block that must be copied before, because another line uses it too
     */
    Row add(int[] ids, int[] views, Copies copies) {
        BlockPool pool = pools.cache();
        int partial = length % pool.paging().blockSize() == 0 ? -1 : blocks.length - 1;
        int[] grown = Arrays.copyOf(blocks, pool.paging().blocksOf(length + ids.length));
        if (partial >= 0 && pool.isShared(blocks[partial])) {
            grown[partial] = pools.takeBlock();
            copies.add(blocks[partial], grown[partial]);
            pool.leave(blocks[partial]);
        }
        for (int i = blocks.length; i < grown.length; i++) {
            grown[i] = pools.takeBlock();
        }
        blocks = grown;
        Row row = memory == null
                ? new Row(ids, length, blocks, NONE, 0)
                : new Row(ids, length, blocks, memory.blocks(), memory.length(), views);
        view = views.length == 0 ? NONE : new int[] {views[views.length - 1]};
        length += ids.length;
        return row;
    }

    /** Returns how many tokens it has. */
    int length() {
        return length;
    }

    /** Returns the blocks that are full; nothing changes in them any more. */
    int[] fullBlocks() {
        return Arrays.copyOf(blocks, length / pools.cache().paging().blockSize());
    }

    /** Attends to something else from now on, whose blocks it takes over; null for nothing. */
    void attend(@Nullable Remembered other) {
        if (memory != null) {
            pools.memory().leave(memory.blocks());
        }
        memory = other;
    }

    /** Has its blocks be cleaned before others use them. */
    void doubt() {
        pools.cache().doubt(blocks);
    }

    /** Frees what no other line uses. */
    void free() {
        pools.cache().leave(blocks);
        if (memory != null) {
            pools.memory().leave(memory.blocks());
        }
    }
}
