package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * The rows that a decoder computes together, of many sequences: up to T new tokens of each, and where the keys and
 * values of the tokens before them lie.
 *
 * <p>A layer's keys and values are one variable (blocks*2*H, size of a block, d): those of a block and head are one row
 * of it, so that nothing is transposed on the way in or out (paged attention, Kwon et al. 2023).
 */
public final class Rows {

    final Placeholder<TInt32> input;
    final Placeholder<TInt32> first;
    final Placeholder<TInt32> count;
    final Placeholder<TInt32> table;
    final Placeholder<TInt32> copied;
    final Placeholder<TInt32> copies;

    private final Layers at;
    private final Ops tf;
    private final Paging paging;
    private final Operand<TInt32> places;
    private final Operand<TInt32> positions;
    private final Operand<TBool> real;
    private final Operand<TInt32> span;
    private final Map<Integer, Addresses> addresses = new HashMap<>();
    private final List<Op> copying = new ArrayList<>();
    private final List<Op> clearing = new ArrayList<>();
    private long blockBytes;

    /**
     * Where keys and values of so many heads lie.
     *
     * @param added where those of the new tokens go, (B, T, 2*n, 2): row and place in it
     * @param keys rows of the keys, (B, n, blocks)
     * @param values rows of the values, (B, n, blocks)
     */
    record Addresses(Operand<TInt32> added, Operand<TInt32> keys, Operand<TInt32> values) {}

    private Rows(Layers at, Paging paging) {
        this.at = at;
        this.tf = at.tf();
        this.paging = paging;
        this.input = at.input(TInt32.class, -1, -1);
        this.first = at.input(TInt32.class, -1);
        this.count = at.input(TInt32.class, -1);
        this.table = at.input(TInt32.class, -1, -1);
        this.copied = at.input(TInt32.class, -1);
        this.copies = at.input(TInt32.class, -1);
        Operand<TInt32> offsets = tf.expandDims(upTo(at.length(input)), tf.constant(0));
        this.places = tf.math.add(tf.expandDims(first, tf.constant(1)), offsets);
        this.real = tf.math.less(offsets, tf.expandDims(count, tf.constant(1)));
        this.positions = tf.select(real, places, tf.constant(0));
        this.span = tf.math.mul(at.length(table), tf.constant(paging.blockSize()));
    }

    /** Returns the rows of a decoder whose keys and values lie in so many blocks. */
    public static Rows of(Layers at, Paging paging) {
        return new Rows(at, paging);
    }

    /** Returns the new tokens' ids (B, T); rows that have fewer end with 0. */
    public Operand<TInt32> ids() {
        return input;
    }

    /** Returns the new tokens' positions in their sequences (B, T), from 0; 0 after a row's end. */
    public Operand<TInt32> positions() {
        return positions;
    }

    /** Returns how keys and values are cut up. */
    Paging paging() {
        return paging;
    }

    /** Returns the bytes that a block takes in all layers. */
    long blockBytes() {
        return blockBytes;
    }

    /** Returns the states (B, D) of each row's last token, for states (B, T, D). */
    Operand<TFloat32> last(Operand<TFloat32> states) {
        Operand<TInt32> index = tf.expandDims(tf.math.sub(count, tf.constant(1)), tf.constant(1));
        Operand<TFloat32> picked = tf.gather(states, index, tf.constant(1), Gather.batchDims(1L));
        return tf.reshape(picked, tf.constant(new int[] {-1, Arithmetic.width(states)}));
    }

    /**
     * Returns the mask (B, 1, T, S) that lets each token attend to itself and to those before it.
     *
     * @param window to how many of these at most; 0 for all
     */
    <T extends TNumber> Operand<T> mask(Class<T> type, int window) {
        Operand<TInt32> own = tf.expandDims(places, tf.constant(2));
        Operand<TBool> hidden = tf.math.greater(upTo(span), own);
        if (window > 0) {
            Operand<TInt32> before = tf.math.sub(own, tf.constant(window));
            hidden = tf.math.logicalOr(hidden, tf.math.lessEqual(upTo(span), before));
        }
        Operand<TFloat32> mask = tf.select(hidden, tf.constant(Layers.MASKED), tf.constant(0f));
        return tf.dtypes.cast(tf.expandDims(mask, tf.constant(1)), type);
    }

    /** Returns a new variable for keys and values of so many heads of this width. */
    VarHandleOp cache(Class<? extends TNumber> type, int heads, int width) {
        VarHandleOp cache = at.state(type, (long) paging.blocks() * 2 * heads, paging.blockSize(), width);
        blockBytes += 2L
                * heads
                * paging.blockSize()
                * width
                * TensorTypes.stored(type).bytes();
        copying.add(copy(cache, type, heads));
        clearing.add(clear(cache, type, heads, width));
        return cache;
    }

    Addresses addresses(int heads) {
        return addresses.computeIfAbsent(heads, this::locate);
    }

    /** Returns the shape of keys and values, (B, heads, S, width). */
    Operand<TInt32> shape(int heads, int width) {
        return tf.stack(List.of(tf.constant(-1), tf.constant(heads), span, tf.constant(width)));
    }

    /** Returns the number of new tokens T. */
    Operand<TInt32> length() {
        return at.length(input);
    }

    /** Returns the operations that copy the blocks {@link #copied} to {@link #copies}, of all caches so far. */
    List<Op> copying() {
        return List.copyOf(copying);
    }

    /** Returns the operations that fill the blocks {@link #copies} with zeros, in all caches so far. */
    List<Op> clearing() {
        return List.copyOf(clearing);
    }

    private Addresses locate(int heads) {
        Operand<TInt32> size = tf.constant(paging.blockSize());
        Operand<TInt32> entry = tf.math.div(positions, size);
        Operand<TInt32> known = tf.gather(table, entry, tf.constant(1), Gather.batchDims(1L));
        Operand<TInt32> block = tf.select(real, known, tf.constant(0));
        Operand<TInt32> rows = rowsOf(block, 2 * heads);
        Operand<TInt32> place = tf.expandDims(tf.math.mod(positions, size), tf.constant(2));
        Operand<TInt32> added = tf.stack(List.of(rows, tf.broadcastTo(place, tf.shape(rows))), Stack.axis(3L));
        Operand<TInt32> bases = tf.expandDims(tf.math.mul(table, tf.constant(2 * heads)), tf.constant(1));
        Operand<TInt32> head = tf.reshape(upTo(tf.constant(heads)), tf.constant(new int[] {1, heads, 1}));
        Operand<TInt32> keys = tf.math.add(bases, head);
        return new Addresses(added, keys, tf.math.add(keys, tf.constant(heads)));
    }

    private Op copy(VarHandleOp cache, Class<? extends TNumber> type, int heads) {
        return tf.resourceScatterUpdate(
                cache, rowsOf(copies, 2 * heads), tf.resourceGather(cache, rowsOf(copied, 2 * heads), type));
    }

    private <T extends TNumber> Op clear(VarHandleOp cache, Class<T> type, int heads, int width) {
        Operand<TInt32> rows = rowsOf(copies, 2 * heads);
        Operand<TInt32> row = tf.constant(new int[] {paging.blockSize(), width});
        Operand<TInt32> shape = tf.concat(List.of(tf.shape(rows), row), tf.constant(0));
        return tf.resourceScatterUpdate(cache, rows, tf.zeros(shape, type));
    }

    /** Returns the rows (..., count) of blocks (...). */
    private Operand<TInt32> rowsOf(Operand<TInt32> blocks, int count) {
        Operand<TInt32> bases = tf.math.mul(blocks, tf.constant(count));
        return tf.math.add(tf.expandDims(bases, tf.constant(-1)), upTo(tf.constant(count)));
    }

    private Operand<TInt32> upTo(Operand<TInt32> end) {
        return tf.range(tf.constant(0), end, tf.constant(1));
    }
}
