package dev.sensorium.kit.nn;

import static dev.sensorium.kit.nn.Arithmetic.width;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * A place in a checkpoint, and the layers whose weights lie there.
 *
 * <p>{@link #in} goes deeper, so that the code of a model is the map of its weights:
 * {@code at.in("encoder.layers", 3).in("mlp").feedForward(x, 3072, QUICK_GELU)} uses
 * {@code encoder.layers.3.mlp.fc1.weight} and its siblings. Values between layers are float32; what happens inside of
 * one, in which type and in how many branches, is the layer's own affair.
 *
 * <p>Each use of a weight states the shape that the configuration calls for. A tensor that is missing or has another
 * shape is a {@link dev.sensorium.spi.ModelException} of the reason INVALID_CHECKPOINT that names it.
 */
public final class Layers {

    /** Far enough below all scores that its exponential is zero, and finite in every type. */
    private static final float MASKED = -1e9f;

    private final Ops tf;
    private final Parameters parameters;
    private final Precision precision;
    private final int branches;
    private final String path;

    Layers(Ops tf, Parameters parameters, Precision precision, int branches, String path) {
        this.tf = tf;
        this.parameters = parameters;
        this.precision = precision;
        this.branches = branches;
        this.path = path;
    }

    /** Returns the place of this name below this one. */
    public Layers in(String name) {
        return new Layers(tf, parameters, precision, branches, path + name + ".");
    }

    /** Returns the place of this name and number below this one, as in "encoder.layers.3". */
    public Layers in(String name, int index) {
        return in(name + "." + index);
    }

    /** Returns TensorFlow's own operations on the network's device. */
    public Ops tf() {
        return tf;
    }

    /** Returns an input of the network; the size -1 stands for any. */
    public <T extends TNumber> Placeholder<T> input(Class<T> type, long... shape) {
        return tf.placeholder(type, Placeholder.shape(Shape.of(shape)));
    }

    /** Returns a weight of this shape as it is. */
    public Operand<TFloat32> weight(String name, long... shape) {
        VarHandleOp handle = parameters.stacked(TFloat32.class, Block.of(parameters.stored(path + name, shape)));
        return tf.reshape(tf.readVariableOp(handle, TFloat32.class), tf.constant(shape));
    }

    /**
     * Returns the only element of a weight, whose shape must be this one.
     *
     * @throws dev.sensorium.spi.ModelException NOT_FINITE if it is infinite or not a number
     */
    public float scalar(String name, long... shape) {
        return parameters.scalar(path + name, shape);
    }

    /** Looks up ids (B, T) in a table of so many rows: (B, T, width). */
    public Operand<TFloat32> embedding(Operand<TInt32> ids, String name, int rows, int width) {
        Block table = matrix(name + ".weight", rows, width);
        return tf.resourceGather(parameters.stacked(TFloat32.class, table), ids, TFloat32.class);
    }

    /** Returns the first T rows (T, width) of a table, for the T positions of ids (B, T). */
    public Operand<TFloat32> positions(Operand<TInt32> ids, String name, int rows, int width) {
        Operand<TInt32> size = tf.stack(List.of(length(ids), tf.constant(width)));
        return tf.slice(weight(name + ".weight", rows, width), tf.constant(new int[2]), size);
    }

    /** Repeats a vector (D) for each example of a batch (B, ...): (B, 1, D). */
    public Operand<TFloat32> repeated(Operand<TFloat32> vector, Operand<?> batch) {
        Operand<TInt32> count = tf.slice(tf.shape(batch), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
        Operand<TInt32> shape = tf.concat(List.of(count, tf.constant(new int[] {1, width(vector)})), tf.constant(0));
        return tf.broadcastTo(vector, shape);
    }

    /** Returns x·Wᵀ + b for x (..., in): (..., out). */
    public Operand<TFloat32> linear(Operand<TFloat32> x, String name, int out) {
        return linear(arithmetic(), x, name, out, true);
    }

    /** Returns x·Wᵀ, without a bias, for x (..., in): (..., out). */
    public Operand<TFloat32> projection(Operand<TFloat32> x, String name, int out) {
        return linear(arithmetic(), x, name, out, false);
    }

    /** Normalises the last dimension of x (..., D) to mean 0 and variance 1, then scales and shifts it (Ba et al. 2016). */
    public Operand<TFloat32> norm(Operand<TFloat32> x, String name, float epsilon) {
        int width = width(x);
        Operand<TFloat32> gain = weight(name + ".weight", width);
        Operand<TFloat32> shift = weight(name + ".bias", width);
        Operand<TInt32> last = tf.constant(-1);
        Operand<TFloat32> centred = tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true)));
        Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), last, Mean.keepDims(true));
        Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
        return tf.math.add(tf.math.mul(centred, tf.math.mul(inverse, gain)), shift);
    }

    /** Attends from x (B, T, D) to itself with {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code out_proj}. */
    public Operand<TFloat32> attention(Operand<TFloat32> x, int heads) {
        return heads(width(x), heads).toItself(x, null);
    }

    /** As {@link #attention(Operand, int)}, with a mask (T, T) that is added to the scores. */
    public Operand<TFloat32> attention(Operand<TFloat32> x, int heads, Operand<TFloat32> mask) {
        return heads(width(x), heads).toItself(x, mask);
    }

    /**
     * Attends from queries (B or 1, Tq, D) to x (B, T, D) as PyTorch's MultiheadAttention: with {@code in_proj_weight},
     * {@code in_proj_bias} and {@code out_proj}.
     */
    public Operand<TFloat32> packedAttention(Operand<TFloat32> queries, Operand<TFloat32> x, int heads) {
        return heads(width(x), heads).packed(queries, x);
    }

    /** Returns the mask (T, T) that lets each position of ids (B, T) attend to itself and to those before it. */
    public Operand<TFloat32> causalMask(Operand<TInt32> ids) {
        Operand<TInt32> positions = tf.range(tf.constant(0), length(ids), tf.constant(1));
        Operand<TBool> later =
                tf.math.greater(tf.expandDims(positions, tf.constant(0)), tf.expandDims(positions, tf.constant(1)));
        return tf.select(later, tf.constant(MASKED), tf.constant(0f));
    }

    /** Applies {@code fc1}, of this inner width, the activation and {@code fc2} to x (..., D). */
    public Operand<TFloat32> feedForward(Operand<TFloat32> x, int inner, Activation activation) {
        return feedForward(arithmetic(), x, inner, activation);
    }

    /**
     * Cuts pictures (B, S, S, 3) into as many square patches as fit, row by row, and projects each with the convolution
     * of this name, whose stride is its size: (B, patches, width).
     */
    public Operand<TFloat32> patches(Operand<TFloat32> pixels, String name, int patch, int width) {
        return patches(arithmetic(), pixels, name, patch, width);
    }

    /** Returns x + y. */
    public Operand<TFloat32> add(Operand<TFloat32> x, Operand<TFloat32> y) {
        return tf.math.add(x, y);
    }

    /** Scales the last dimension of x (..., D) to unit length (L2). */
    public Operand<TFloat32> unit(Operand<TFloat32> x) {
        Operand<TFloat32> squares = tf.reduceSum(tf.math.mul(x, x), tf.constant(-1), ReduceSum.keepDims(true));
        return tf.math.div(x, tf.math.sqrt(squares));
    }

    /** Returns a stored matrix (rows, columns) of this place. */
    Block matrix(String name, int rows, int columns) {
        return Block.of(parameters.stored(path + name, rows, columns));
    }

    /** Returns a stored vector of this place. */
    Block vector(String name, int length) {
        return Block.of(parameters.stored(path + name, length));
    }

    /** Returns the size of the second dimension of x, a scalar. */
    Operand<TInt32> length(Operand<?> x) {
        long known = x.shape().get(1);
        if (known >= 0) {
            return tf.constant((int) known);
        }
        Operand<TInt32> second = tf.slice(tf.shape(x), tf.constant(new int[] {1}), tf.constant(new int[] {1}));
        return tf.squeeze(second);
    }

    private MultiHeadAttention<?> heads(int width, int heads) {
        return new MultiHeadAttention<>(this, arithmetic(), width, heads);
    }

    private Arithmetic<?> arithmetic() {
        return new Arithmetic<>(tf, parameters, precision.type(), branches);
    }

    private <T extends TNumber> Operand<TFloat32> linear(
            Arithmetic<T> math, Operand<TFloat32> x, String name, int out, boolean biased) {
        Operand<T> rows = math.product(math.enter(x), matrix(name + ".weight", out, width(x)));
        return math.leave(List.of(biased ? math.biased(rows, vector(name + ".bias", out)) : rows), x);
    }

    private <T extends TNumber> Operand<TFloat32> feedForward(
            Arithmetic<T> math, Operand<TFloat32> x, int inner, Activation activation) {
        int width = width(x);
        float gain = activation.gain();
        Block upWeight = matrix("fc1.weight", inner, width).times(gain);
        Block upBias = vector("fc1.bias", inner).times(gain);
        Block downWeight = matrix("fc2.weight", width, inner).times(1 / gain);
        Operand<T> rows = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span own : Span.split(inner, math.branches())) {
            Operand<T> up = math.biased(math.product(rows, upWeight.rows(own)), upBias.rows(own));
            Operand<T> down = math.product(activation.applyToGained(tf, up), downWeight.columns(own));
            parts.add(own.from() == 0 ? math.biased(down, vector("fc2.bias", width)) : down);
        }
        return math.leave(parts, x);
    }

    private <T extends TNumber> Operand<TFloat32> patches(
            Arithmetic<T> math, Operand<TFloat32> pixels, String name, int patch, int width) {
        int side = (int) pixels.shape().get(1) / patch;
        Operand<TFloat32> whole =
                tf.slice(pixels, tf.constant(new int[4]), tf.constant(new int[] {-1, side * patch, side * patch, 3}));
        // (B, gy, py, gx, px, 3) to (B, gy, gx, py, px, 3)
        Operand<TFloat32> tiles = tf.linalg.transpose(
                tf.reshape(whole, tf.constant(new int[] {-1, patch, side, patch * 3})),
                tf.constant(new int[] {0, 2, 1, 3}));
        Operand<TFloat32> rows = tf.reshape(tiles, tf.constant(new int[] {-1, side * side, patch * patch * 3}));
        Block kernel = Block.of(parameters.stored(path + name + ".weight", width, 3, patch, patch));
        return math.leave(List.of(math.convolution(math.enter(rows), kernel, 3)), rows);
    }
}
