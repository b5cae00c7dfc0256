package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
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
 *
 * <p>It may consist of parts of one length, such as the states of several pictures one after the other, of which each
 * token sees one at most (Alayrac et al. 2022, section 2.3).
 */
public final class Memory {

    final Placeholder<TFloat32> stored;
    final Placeholder<TInt32> storedBlocks;

    private final Placeholder<TInt32> table;
    private final Placeholder<TInt32> lengths;
    private final Layers at;
    private final Ops tf;
    private final Paging paging;
    private final int width;
    private final Operand<TInt32> span;
    private final int slices;
    private final List<Op> storing = new ArrayList<>();
    private final @Nullable Parts parts;
    private @Nullable List<Operand<? extends TNumber>> states;

    /**
     * How a memory is divided.
     *
     * @param length states of each part
     * @param views the part that each token sees, (B, T), -1 for none
     */
    private record Parts(int length, Placeholder<TInt32> views) {}

    private Memory(Layers at, Paging paging, int width, @Nullable Parts parts) {
        this.at = at;
        this.tf = at.tf();
        this.paging = paging;
        this.width = width;
        this.parts = parts;
        this.table = at.input(TInt32.class, -1, -1);
        this.lengths = at.input(TInt32.class, -1);
        this.stored = at.input(TFloat32.class, -1, paging.blockSize(), width);
        this.storedBlocks = at.input(TInt32.class, -1);
        this.span = tf.math.mul(at.length(table), tf.constant(paging.blockSize()));
        this.slices = at.branches();
    }

    /** Returns the memory of a decoder whose encoder makes states of this width, kept in so many blocks. */
    public static Memory of(Layers at, Paging paging, int width) {
        return new Memory(at, paging, width, null);
    }

    /** Returns the memory of a decoder whose tokens each see one part of it, of so many states of this width. */
    public static Memory ofParts(Layers at, Paging paging, int width, int length) {
        return new Memory(at, paging, width, new Parts(length, at.input(TInt32.class, -1, -1)));
    }

    /**
     * Keeps what a layer makes of each state, so that it is made once and not in every step.
     *
     * @param layer makes (..., E) of states (..., De)
     * @return what it made of the states of each row, (B, Te, E)
     */
    public Operand<TFloat32> kept(UnaryOperator<Operand<TFloat32>> layer) {
        Operand<TFloat32> made = layer.apply(stored);
        VarHandleOp pool = pool(made, at.type());
        List<Operand<TInt32>> form = List.of(span, tf.constant(Arithmetic.width(made)));
        return tf.dtypes.cast(gathered(pool, table, form, at.type()), TFloat32.class);
    }

    /** Returns the mask (B, 1, T, Te) that hides all states from a token but those of the part that it sees. */
    public Operand<TFloat32> partMask() {
        Operand<TInt32> places = tf.range(tf.constant(0), span, tf.constant(1));
        Operand<TInt32> part = tf.math.div(places, tf.constant(parts().length()));
        Operand<TBool> seen =
                tf.math.equal(part, tf.expandDims(tf.expandDims(parts().views(), tf.constant(1)), tf.constant(3)));
        return tf.select(seen, tf.constant(0f), tf.constant(Layers.MASKED));
    }

    /** Returns 1 for a token that sees a part, and 0 for one that sees none, (B, T, 1). */
    public Operand<TFloat32> seeing() {
        Operand<TBool> some = tf.math.greaterEqual(parts().views(), tf.constant(0));
        return tf.expandDims(tf.dtypes.cast(some, TFloat32.class), tf.constant(2));
    }

    /**
     * Looks up the states at places (B, T) among those of each row: (B, T, De). Where the place is negative, it is zeros:
     * so tokens can stand for states, such as those of a picture's patches.
     */
    public Operand<TFloat32> at(Operand<TInt32> places) {
        List<Operand<TFloat32>> gathered = states(TFloat32.class);
        Operand<TFloat32> all = slices == 1 ? gathered.get(0) : tf.concat(gathered, tf.constant(1));
        Operand<TFloat32> extended = tf.pad(all, tf.constant(new int[][] {{0, 0}, {0, 1}, {0, 0}}), tf.constant(0f));
        Operand<TBool> absent = tf.math.less(places, tf.constant(0));
        Operand<TInt32> index = tf.select(absent, tf.broadcastTo(span, tf.shape(places)), places);
        return tf.gather(extended, index, tf.constant(1), Gather.batchDims(1L));
    }

    /** Returns De, the length of a state. */
    int width() {
        return width;
    }

    /** Returns Te, the states that there is room for in the blocks of the longest row. */
    Operand<TInt32> span() {
        return span;
    }

    /** Returns how it is cut up. */
    Paging paging() {
        return paging;
    }

    /** Returns how many slices of equal size the states are gathered in. */
    int slices() {
        return slices;
    }

    /** Returns the operations that keep the states {@link #stored} in the blocks {@link #storedBlocks}. */
    List<Op> storing() {
        return storing;
    }

    /** Returns the states that each row attends to in slices, (B, Te / slices, De). */
    <T extends TNumber> List<Operand<T>> states(Class<T> type) {
        if (states == null) {
            VarHandleOp pool = pool(stored, at.type());
            Operand<TInt32> length = tf.math.div(span, tf.constant(slices));
            List<Operand<? extends TNumber>> gathered = new ArrayList<>();
            tf.split(tf.constant(1), table, (long) slices)
                    .output()
                    .forEach(blocks ->
                            gathered.add(gathered(pool, blocks, List.of(length, tf.constant(width)), at.type())));
            states = gathered;
        }
        return states.stream()
                .map(slice -> (Operand<T>) tf.dtypes.cast(slice, type))
                .toList();
    }

    /** Returns the mask (B, 1, Te) that hides what follows a row's states. */
    <T extends TNumber> Operand<T> mask(Class<T> type) {
        Operand<TInt32> places = tf.range(tf.constant(0), span, tf.constant(1));
        Operand<TBool> beyond = tf.math.greaterEqual(places, tf.expandDims(lengths, tf.constant(1)));
        Operand<TFloat32> mask = tf.select(beyond, tf.constant(Layers.MASKED), tf.constant(0f));
        return tf.dtypes.cast(tf.expandDims(mask, tf.constant(1)), type);
    }

    /** Has a run use what rows attend to. */
    Session.Runner feed(Session.Runner run, RowTensors rows) {
        run.feed(table, rows.memory());
        return parts == null ? run.feed(lengths, rows.memoryLengths()) : run.feed(parts.views(), rows.views());
    }

    private Parts parts() {
        if (parts == null) {
            throw new IllegalStateException("the memory has no parts");
        }
        return parts;
    }

    /** Returns a variable of its own for numbers (blocks, size of a block, E), that they are kept in. */
    private VarHandleOp pool(Operand<TFloat32> made, Class<? extends TNumber> type) {
        VarHandleOp pool = at.state(type, paging.blocks(), paging.blockSize(), Arithmetic.width(made));
        storing.add(tf.resourceScatterUpdate(pool, storedBlocks, tf.dtypes.cast(made, type)));
        return pool;
    }

    /** Returns what is kept in each row's blocks (B, blocks), in the form (B, ...). */
    private <T extends TNumber> Operand<T> gathered(
            VarHandleOp pool, Operand<TInt32> blocks, List<Operand<TInt32>> form, Class<T> type) {
        List<Operand<TInt32>> shape = new ArrayList<>(form);
        shape.add(0, tf.squeeze(tf.slice(tf.shape(blocks), tf.constant(new int[] {0}), tf.constant(new int[] {1}))));
        return tf.reshape(tf.resourceGather(pool, blocks, type), tf.stack(shape));
    }
}
