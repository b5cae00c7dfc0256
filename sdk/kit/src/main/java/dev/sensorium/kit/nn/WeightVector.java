package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.family.TNumber;

/**
 * A variable that holds many weights of one type one after the other, of which each use is a slice.
 *
 * <p>A slice whose place and size are multiples of {@value #ALIGNMENT} bytes copies nothing. To assign a variable of its
 * own to each weight would take TensorFlow longer than it takes to copy their values.
 */
final class WeightVector<T extends TNumber> {

    /** How many bytes are enough for one: more would leave gaps in TensorFlow's pool that the next network cannot use. */
    private static final long ENOUGH = 32L << 20;

    /** TensorFlow aligns tensors so. */
    private static final int ALIGNMENT = 64;

    private final Ops tf;
    private final Class<T> type;
    private final DType stored;
    private final Placeholder<T> value;
    private final Op assign;
    private final Operand<T> all;
    private final List<Piece> pieces = new ArrayList<>();
    private long size;

    /**
     * A block and the place of its first number.
     *
     * @param step 0 if its rows follow each other; if its columns do, how far apart they begin
     */
    private record Piece(Block block, long place, int step) {

        Stream<? extends Runnable> transfers(DType type, BytePointer start) {
            BytePointer target = start.getPointer(place * type.bytes());
            return step == 0 ? Transfer.of(block, type, target) : TransposedTransfer.of(block, target, step);
        }
    }

    /** Begins a variable; the index sets it apart from the network's others. */
    WeightVector(Ops tf, Class<T> type, int index) {
        this.tf = tf;
        this.type = type;
        this.stored = TensorTypes.stored(type);
        Shape unknown = Shape.of(-1);
        VarHandleOp handle = tf.varHandleOp(type, unknown, VarHandleOp.sharedName("weights-" + index));
        this.value = tf.placeholder(type, Placeholder.shape(unknown));
        this.assign = tf.assignVariableOp(handle, value);
        this.all = tf.readVariableOp(handle, type);
    }

    /** Tells whether further weights should go elsewhere. */
    boolean isFull() {
        return size * stored.bytes() >= ENOUGH;
    }

    /** Adds blocks and returns their numbers, one block after the other and each row by row. */
    Operand<T> append(Block... blocks) {
        long begin = size;
        for (Block block : blocks) {
            pieces.add(new Piece(block, size, 0));
            size += block.elements();
        }
        return slice(begin);
    }

    /** Adds float32 blocks and returns the numbers of the matrix that has one below the other, column by column. */
    Operand<T> appendTransposed(Block... blocks) {
        int rows = Arrays.stream(blocks).mapToInt(block -> block.rows().size()).sum();
        long begin = size;
        long row = begin;
        for (Block block : blocks) {
            pieces.add(new Piece(block, row, rows));
            row += block.rows().size();
            size += block.elements();
        }
        return slice(begin);
    }

    /** Returns the numbers from there on, and has the next ones begin where they are aligned. */
    private Operand<T> slice(long begin) {
        Operand<T> slice = tf.slice(all, tf.constant(new long[] {begin}), tf.constant(new long[] {size - begin}));
        int step = ALIGNMENT / stored.bytes();
        size = (size + step - 1) / step * step;
        return slice;
    }

    /** Returns a new tensor of this size, whose memory holds anything yet; the caller closes it. */
    Tensor allocate() {
        return Tensor.of(type, Shape.of(size));
    }

    /** Returns a new tensor of no numbers; the caller closes it. */
    Tensor allocateNone() {
        return Tensor.of(type, Shape.of(0));
    }

    /** Returns what brings all weights from the checkpoint to that tensor. */
    Stream<Runnable> transfers(Tensor allocated) {
        BytePointer start = TensorTypes.address(allocated);
        return pieces.stream().flatMap(piece -> piece.transfers(stored, start));
    }

    /** Adds to a run that the variable takes over the tensor's memory. */
    void assign(Session.Runner runner, Tensor filled) {
        runner.feed(value, filled).addTarget(assign);
    }
}
