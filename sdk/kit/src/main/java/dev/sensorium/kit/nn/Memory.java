package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * The encoder's states that each row of a decoder attends to (the "memory" of Vaswani et al. 2017, section 3.1 as PyTorch
 * names it). All layers share it, and rows of one sequence.
 */
public final class Memory {

    final Placeholder<TInt32> table;
    final Placeholder<TInt32> lengths;
    final Placeholder<TFloat32> stored;
    final Placeholder<TInt32> storedBlocks;
    final Op storing;

    private final Ops tf;
    private final Paging paging;
    private final int width;
    private final Operand<TInt32> span;
    private final List<Operand<? extends TNumber>> states = new ArrayList<>();
    private final int parts;

    private Memory(Layers at, Paging paging, int width) {
        this.tf = at.tf();
        this.paging = paging;
        this.width = width;
        this.table = at.input(TInt32.class, -1, -1);
        this.lengths = at.input(TInt32.class, -1);
        this.stored = at.input(TFloat32.class, -1, paging.blockSize(), width);
        this.storedBlocks = at.input(TInt32.class, -1);
        this.span = tf.math.mul(at.length(table), tf.constant(paging.blockSize()));
        Class<? extends TNumber> type = at.type();
        VarHandleOp pool = at.state(type, paging.blocks(), paging.blockSize(), width);
        this.storing = tf.resourceScatterUpdate(pool, storedBlocks, tf.dtypes.cast(stored, type));
        this.parts = at.branches();
        tf.split(tf.constant(1), table, (long) parts).output().forEach(part -> states.add(gathered(pool, part, type)));
    }

    /** Returns the memory of a decoder whose encoder makes states of this width, kept in so many blocks. */
    public static Memory of(Layers at, Paging paging, int width) {
        return new Memory(at, paging, width);
    }

    /**
     * Looks up the states at places (B, T) among those of each row: (B, T, De). Where the place is negative, it is zeros:
     * so tokens can stand for states, such as those of a picture's patches.
     */
    public Operand<TFloat32> at(Operand<TInt32> places) {
        List<Operand<TFloat32>> gathered = states(TFloat32.class);
        Operand<TFloat32> all = parts == 1 ? gathered.get(0) : tf.concat(gathered, tf.constant(1));
        Operand<TFloat32> extended = tf.pad(all, tf.constant(new int[][] {{0, 0}, {0, 1}, {0, 0}}), tf.constant(0f));
        Operand<TBool> absent = tf.math.less(places, tf.constant(0));
        Operand<TInt32> index = tf.select(absent, tf.broadcastTo(span, tf.shape(places)), places);
        return tf.gather(extended, index, tf.constant(1), Gather.batchDims(1L));
    }

    /** Returns De, the length of a state. */
    int width() {
        return width;
    }

    /** Returns how it is cut up. */
    Paging paging() {
        return paging;
    }

    /** Returns how many parts of equal size the states are gathered in. */
    int parts() {
        return parts;
    }

    /** Returns the states that each row attends to in parts, (B, Te / parts, De). */
    <T extends TNumber> List<Operand<T>> states(Class<T> type) {
        return states.stream()
                .map(part -> (Operand<T>) tf.dtypes.cast(part, type))
                .toList();
    }

    /** Returns the mask (B, 1, Te) that hides what follows a row's states. */
    <T extends TNumber> Operand<T> mask(Class<T> type) {
        Operand<TInt32> places = tf.range(tf.constant(0), span, tf.constant(1));
        Operand<TBool> beyond = tf.math.greaterEqual(places, tf.expandDims(lengths, tf.constant(1)));
        Operand<TFloat32> mask = tf.select(beyond, tf.constant(Layers.MASKED), tf.constant(0f));
        return tf.dtypes.cast(tf.expandDims(mask, tf.constant(1)), type);
    }

    private <T extends TNumber> Operand<T> gathered(VarHandleOp pool, Operand<TInt32> blocks, Class<T> type) {
        Operand<TInt32> rows =
                tf.squeeze(tf.slice(tf.shape(blocks), tf.constant(new int[] {0}), tf.constant(new int[] {1})));
        Operand<TInt32> length = tf.math.div(span, tf.constant(parts));
        Operand<TInt32> shape = tf.stack(List.of(rows, length, tf.constant(width)));
        return tf.reshape(tf.resourceGather(pool, blocks, type), shape);
    }
}
