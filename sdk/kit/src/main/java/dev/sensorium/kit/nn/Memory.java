package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
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
    private final List<Op> storing = new ArrayList<>();
    private final @Nullable Parts parts;
    private @Nullable Operand<? extends TNumber> states;

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
        return tf.dtypes.cast(pooled(layer.apply(stored), at.type()), TFloat32.class);
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

    /** Returns De, the length of a state. */
    int width() {
        return width;
    }

    /** Returns how it is cut up. */
    Paging paging() {
        return paging;
    }

    /** Returns the operations that keep the states {@link #stored} in the blocks {@link #storedBlocks}. */
    List<Op> storing() {
        return storing;
    }

    /** Returns the states that each row attends to, (B, Te, De). */
    <T extends TNumber> Operand<T> states(Class<T> type) {
        if (states == null) {
            states = pooled(stored, at.type());
        }
        return tf.dtypes.cast(states, type);
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

    /** Keeps numbers (blocks, size of a block, E) in a variable of their own; returns those of each row, (B, Te, E). */
    private <T extends TNumber> Operand<T> pooled(Operand<TFloat32> made, Class<T> type) {
        int numbers = Arithmetic.width(made);
        VarHandleOp pool = at.state(type, paging.blocks(), paging.blockSize(), numbers);
        storing.add(tf.resourceScatterUpdate(pool, storedBlocks, tf.dtypes.cast(made, type)));
        Operand<TInt32> shape = tf.stack(List.of(tf.constant(-1), span, tf.constant(numbers)));
        return tf.reshape(tf.resourceGather(pool, table, type), shape);
    }
}
