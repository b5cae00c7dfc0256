package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Paging;
import java.util.BitSet;

/**
 * The blocks of a paged memory: who may take how many, and how often each is used. Rows that go on from the same tokens
 * use the same blocks. Some are kept when nobody uses them any more, as long as there are others to take.
 */
final class BlockPool {

    private final Paging paging;
    private final int[] uses;
    private final int[] unused;
    private int unusedCount;
    private final BitSet kept = new BitSet();
    private int idle;
    private final BitSet doubtful = new BitSet();
    private final BitSet unclean = new BitSet();
    private int promised;

    BlockPool(Paging paging) {
        this.paging = paging;
        this.uses = new int[paging.blocks()];
        this.unused = new int[paging.blocks() - 1];
        for (int block = paging.blocks() - 1; block >= 1; block--) { // block 0 is nobody's
            unused[unusedCount++] = block;
        }
    }

    Paging paging() {
        return paging;
    }

    /** Returns how many there are to be had at all. */
    int size() {
        return unused.length;
    }

    /** Returns how many nobody uses, those included that are kept. */
    int unused() {
        return unusedCount + idle;
    }

    /** Returns whether none is left but those that are kept. */
    boolean isShort() {
        return unusedCount == 0;
    }

    /** Returns how many are kept. */
    int kept() {
        return kept.cardinality();
    }

    /** Returns how many are promised to nobody. */
    int unpromised() {
        return size() - promised;
    }

    /** Promises so many to a request, which takes them later. */
    void promise(int count) {
        promised += count;
    }

    /** Takes a promise back. */
    void release(int count) {
        promised -= count;
    }

    /** Returns a block that nobody uses, for one user. */
    int take() {
        if (unusedCount == 0) {
            throw new IllegalStateException("no block is left of " + size());
        }
        int block = unused[--unusedCount];
        uses[block] = 1;
        return block;
    }

    /** Returns whether a block has more than one user. */
    boolean isShared(int block) {
        return uses[block] > 1;
    }

    /** Adds a user to these blocks. */
    void share(int... blocks) {
        for (int block : blocks) {
            idle -= isIdle(block) ? 1 : 0;
            uses[block]++;
        }
    }

    /** Keeps a block that is in use, whose content is sound and stays what it is, when nobody uses it any more. */
    void keep(int block) {
        kept.set(block);
        uses[block]++;
    }

    /** Keeps a block no longer. */
    void drop(int block) {
        idle -= isIdle(block) ? 1 : 0;
        kept.clear(block);
        leave(block);
    }

    /** Returns whether a block is kept that nobody uses. */
    boolean isIdle(int block) {
        return kept.get(block) && uses[block] == 1;
    }

    /** Takes a user from these blocks. */
    void leave(int... blocks) {
        for (int block : blocks) {
            uses[block]--;
            if (isIdle(block)) {
                idle++;
            } else if (uses[block] == 0 && doubtful.get(block)) {
                unclean.set(block);
            } else if (uses[block] == 0) {
                unused[unusedCount++] = block;
            }
        }
    }

    /** Has these blocks be cleaned before they are used again; those that are kept are sound. */
    void doubt(int... blocks) {
        for (int block : blocks) {
            if (!kept.get(block)) {
                doubtful.set(block);
            }
        }
    }

    /** Returns the blocks that nobody uses and that are to be cleaned. */
    int[] unclean() {
        return unclean.stream().toArray();
    }

    /** Tells that these are clean now. */
    void cleaned(int... blocks) {
        for (int block : blocks) {
            unclean.clear(block);
            doubtful.clear(block);
            unused[unusedCount++] = block;
        }
    }
}
