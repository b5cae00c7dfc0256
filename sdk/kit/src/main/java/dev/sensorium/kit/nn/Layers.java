package dev.sensorium.kit.nn;

import static dev.sensorium.kit.nn.Arithmetic.width;

import dev.sensorium.kit.nn.Projections.Projection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
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
    static final float MASKED = -1e9f;

    private final Ops tf;
    private final Parameters parameters;
    private final Precision precision;
    private final int branches;
    private final String path;
    private final boolean transposed;

    Layers(Ops tf, Parameters parameters, Precision precision, int branches, String path) {
        this(tf, parameters, precision, branches, path, false);
    }

    private Layers(Ops tf, Parameters parameters, Precision precision, int branches, String path, boolean transposed) {
        this.tf = tf;
        this.parameters = parameters;
        this.precision = precision;
        this.branches = branches;
        this.path = path;
        this.transposed = transposed;
    }

    /** Returns the place of this name below this one. */
    public Layers in(String name) {
        return new Layers(tf, parameters, precision, branches, path + name + ".", transposed);
    }

    /** Returns the place of this name and number below this one, as in "encoder.layers.3". */
    public Layers in(String name, int index) {
        return in(name + "." + index);
    }

    /** Returns this place, with matrices that lie as (in, out) in the checkpoint: those of GPT-2's {@code Conv1D}. */
    public Layers transposed() {
        return new Layers(tf, parameters, precision, branches, path, true);
    }

    /** Returns this place, with matrices multiplied in float32 whatever the network's precision. */
    public Layers exact() {
        return new Layers(tf, parameters, Precision.FLOAT32, branches, path, transposed);
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
        Operand<TFloat32> numbers = parameters.flat(TFloat32.class, Block.of(parameters.stored(path + name, shape)));
        return shape.length == 1 ? numbers : tf.reshape(numbers, tf.constant(shape));
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
        Operand<? extends TNumber> found = tf.gather(parameters.stacked(precision.type(), table), ids, tf.constant(0));
        return tf.dtypes.cast(found, TFloat32.class);
    }

    /** Returns the first T rows (T, width) of a table, for the T positions of ids (B, T). */
    public Operand<TFloat32> positions(Operand<TInt32> ids, String name, int rows, int width) {
        return plain().firstRows(length(ids), weight(name + ".weight", rows, width));
    }

    /** Repeats a vector (D), or vectors (T, D), for each example of a batch (B, ...): (B, 1 or T, D). */
    public Operand<TFloat32> repeated(Operand<TFloat32> vectors, Operand<?> batch) {
        return plain().repeated(vectors, batch);
    }

    /** Returns x·Wᵀ + b for x (..., in): (..., out). */
    public Operand<TFloat32> linear(Operand<TFloat32> x, String name, int out) {
        return typed().linear(x, matrix(name + ".weight", out, width(x)), vector(name + ".bias", out));
    }

    /** Returns x·Wᵀ, without a bias, for x (..., in): (..., out). */
    public Operand<TFloat32> projection(Operand<TFloat32> x, String name, int out) {
        return typed().linear(x, matrix(name + ".weight", out, width(x)), null);
    }

    /** Normalises the last dimension of x (..., D) to mean 0 and variance 1, then scales and shifts it (Ba et al. 2016). */
    public Operand<TFloat32> norm(Operand<TFloat32> x, String name, float epsilon) {
        int width = width(x);
        return plain().norm(x, weight(name + ".weight", width), weight(name + ".bias", width), epsilon);
    }

    /** Scales the last dimension of x (..., D) to a mean square of 1, then by weights (Zhang and Sennrich 2019). */
    public Operand<TFloat32> rmsNorm(Operand<TFloat32> x, String name, float epsilon) {
        return plain().rmsNorm(x, weight(name + ".weight", width(x)), epsilon);
    }

    /** Attends from x (B, T, D) to itself with {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code out_proj}. */
    public Operand<TFloat32> attention(Operand<TFloat32> x, int heads) {
        return attention(x, heads, AttentionNames.TRANSFORMERS, null);
    }

    /** As {@link #attention(Operand, int)}, with a mask (T, T) that is added to the scores. */
    public Operand<TFloat32> attention(Operand<TFloat32> x, int heads, Operand<TFloat32> mask) {
        return attention(x, heads, AttentionNames.TRANSFORMERS, mask);
    }

    /**
     * Attends from x (B, T, D) to itself.
     *
     * @param mask (T, T) or (B, 1, 1, T), is added to the scores; null for none
     */
    public Operand<TFloat32> attention(
            Operand<TFloat32> x, int heads, AttentionNames names, @Nullable Operand<TFloat32> mask) {
        return typed().attention(x, heads, names, mask);
    }

    /** Attends from a decoder's new tokens x (B, T, D) to themselves and to those before them. */
    public Operand<TFloat32> cachedAttention(Operand<TFloat32> x, int heads, AttentionNames names, Rows rows) {
        return typed().cachedAttention(x, heads, names, rows, Relation.USUAL);
    }

    /** As {@link #cachedAttention(Operand, int, AttentionNames, Rows)}, with queries and keys turned by their positions. */
    public Operand<TFloat32> cachedAttention(
            Operand<TFloat32> x, int heads, AttentionNames names, Rows rows, Rotary rotary) {
        return typed().cachedAttention(x, heads, names, rows, new Relation(rotary, true, 0));
    }

    /** As {@link #cachedAttention(Operand, int, AttentionNames, Rows)}, where the tokens are otherwise related. */
    public Operand<TFloat32> cachedAttention(
            Operand<TFloat32> x, int heads, AttentionNames names, Rows rows, Relation relation) {
        return typed().cachedAttention(x, heads, names, rows, relation);
    }

    /**
     * Attends with queries (B, Tq, H*d) to keys and values (B, T, H*d) that layers of any kind made: (B, Tq, H*d).
     *
     * @param mask (B or 1, 1, Tq or 1, T), is added to the scores; null for none
     */
    public Operand<TFloat32> attend(
            Operand<TFloat32> queries,
            Operand<TFloat32> keys,
            Operand<TFloat32> values,
            int heads,
            @Nullable Operand<TFloat32> mask) {
        return typed().attend(queries, keys, values, heads, mask);
    }

    /** Applies something to each head (B, T, H, d) of x (B, T, H*d), such as a norm. */
    public Operand<TFloat32> byHead(Operand<TFloat32> x, int heads, UnaryOperator<Operand<TFloat32>> layer) {
        Operand<TInt32> batch = tf.constant(-1);
        int width = width(x);
        Operand<TInt32> apart = tf.stack(List.of(batch, length(x), tf.constant(heads), tf.constant(width / heads)));
        Operand<TInt32> joined = tf.stack(List.of(batch, length(x), tf.constant(width)));
        return tf.reshape(layer.apply(tf.reshape(x, apart)), joined);
    }

    /**
     * Attends from x (B, T, D) to other states (B, S, De).
     *
     * @param mask (T, S) or (B, 1, 1, S), is added to the scores; null for none
     */
    public Operand<TFloat32> crossAttention(
            Operand<TFloat32> x,
            Operand<TFloat32> states,
            int heads,
            AttentionNames names,
            @Nullable Operand<TFloat32> mask) {
        return typed().crossAttention(x, states, heads, names, mask);
    }

    /** Attends from a decoder's new tokens x (B, T, D) to what the encoder made for them. */
    public Operand<TFloat32> crossAttention(Operand<TFloat32> x, int heads, AttentionNames names, Memory memory) {
        return typed().crossAttention(x, heads, names, memory);
    }

    /**
     * As {@link #crossAttention(Operand, int, AttentionNames, Memory)}, with keys and values of each state kept: faster
     * where sources have few states, such as short texts, and more memory.
     */
    public Operand<TFloat32> keptCrossAttention(Operand<TFloat32> x, int heads, AttentionNames names, Memory memory) {
        return typed().keptCrossAttention(x, heads, names, memory);
    }

    /**
     * Attends from queries (B or 1, Tq, D) to x (B, T, D) as PyTorch's MultiheadAttention: with {@code in_proj_weight},
     * {@code in_proj_bias} and {@code out_proj}.
     */
    public Operand<TFloat32> packedAttention(Operand<TFloat32> queries, Operand<TFloat32> x, int heads) {
        return typed().packedAttention(queries, x, heads);
    }

    /** Returns the logits (N, V) of a vocabulary for states (N, D), x·Wᵀ + b, or without b. */
    public Operand<TFloat32> logits(Operand<TFloat32> x, String weight, @Nullable String bias, int vocabulary) {
        Block matrix = matrix(weight, vocabulary, width(x));
        return typed().logits(x, new Projection(matrix, bias == null ? null : vector(bias, vocabulary)));
    }

    /**
     * Returns the logits (N, used) of the first tokens of a vocabulary for states (N, D), x·Wᵀ: the others are never
     * chosen, and not computed.
     *
     * @param vocabulary how many rows the stored matrix has
     */
    public Operand<TFloat32> firstLogits(Operand<TFloat32> x, String weight, int vocabulary, int used) {
        Block matrix = matrix(weight, vocabulary, width(x)).rows(new Span(0, used));
        return typed().logits(x, new Projection(matrix, null));
    }

    /** Returns the mask (T, T) that lets each position of ids (B, T) attend to itself and to those before it. */
    public Operand<TFloat32> causalMask(Operand<TInt32> ids) {
        return plain().causalMask(length(ids));
    }

    /** Returns the mask (B, 1, 1, T) that hides what follows the first {@code lengths} (B) of ids (B, T). */
    public Operand<TFloat32> paddingMask(Operand<TInt32> ids, Operand<TInt32> lengths) {
        Operand<TInt32> positions = tf.range(tf.constant(0), length(ids), tf.constant(1));
        Operand<TBool> beyond =
                tf.math.greaterEqual(positions, tf.reshape(lengths, tf.constant(new int[] {-1, 1, 1, 1})));
        return tf.select(beyond, tf.constant(MASKED), tf.constant(0f));
    }

    /** Applies an activation to each element of x. */
    public Operand<TFloat32> activation(Operand<TFloat32> x, Activation activation) {
        return activation.apply(tf, x);
    }

    /** Applies {@code fc1}, of this inner width, the activation and {@code fc2} to x (..., D). */
    public Operand<TFloat32> feedForward(Operand<TFloat32> x, int inner, Activation activation) {
        return feedForward(x, inner, activation, "fc1", "fc2");
    }

    /** Applies two linear layers of these names, the first of this inner width, with the activation between them. */
    public Operand<TFloat32> feedForward(
            Operand<TFloat32> x, int inner, Activation activation, String first, String second) {
        int width = width(x);
        Projection up = new Projection(matrix(first + ".weight", inner, width), vector(first + ".bias", inner));
        Projection down = new Projection(matrix(second + ".weight", width, inner), vector(second + ".bias", width));
        return typed().feedForward(x, activation, up, down);
    }

    /**
     * Applies {@code down_proj} to the activation of {@code gate_proj}, of this inner width, times {@code up_proj}, without
     * biases (Shazeer 2020).
     */
    public Operand<TFloat32> gatedFeedForward(Operand<TFloat32> x, int inner, Activation activation) {
        int width = width(x);
        Projection gate = new Projection(matrix("gate_proj.weight", inner, width), null);
        Projection up = new Projection(matrix("up_proj.weight", inner, width), null);
        return typed().gatedFeedForward(x, activation, gate, up, matrix("down_proj.weight", width, inner));
    }

    /**
     * Applies {@code fc2} to the norm {@code ln1} of the activation of {@code fc0}, of this inner width, times {@code fc1};
     * the layers without biases (Shleifer et al. 2021).
     */
    public Operand<TFloat32> normedGate(Operand<TFloat32> x, int inner, Activation activation, float epsilon) {
        int width = width(x);
        Projection gate = new Projection(matrix("fc0.weight", inner, width), null);
        Projection up = new Projection(matrix("fc1.weight", inner, width), null);
        Projection norm = new Projection(vector("ln1.weight", inner), vector("ln1.bias", inner));
        Block down = matrix("fc2.weight", width, inner);
        return typed().normedGate(x, activation, epsilon, new NormedGate(inner, gate, up, norm, down));
    }

    /**
     * Cuts pictures (B, S, S, C) into as many square patches as fit, row by row, and projects each with the convolution
     * of this name, whose stride is its size: (B, patches, width).
     */
    public Operand<TFloat32> patches(Operand<TFloat32> pixels, String name, int patch, int width) {
        return typed().patches(
                        pixels,
                        Block.of(parameters.stored(path + name + ".weight", width, width(pixels), patch, patch)),
                        patch);
    }

    /** Cuts pictures (B, H, W, C) into as many square tiles of this side as fit: (B * tiles, side, side, C). */
    public Operand<TFloat32> tiles(Operand<TFloat32> x, int side) {
        return new PictureLayers(tf).tiles(x, side);
    }

    /** Puts {@link #tiles} together again, so many of them across and down: (B, S, S, C). */
    public Operand<TFloat32> whole(Operand<TFloat32> tiles, int across) {
        return new PictureLayers(tf).whole(tiles, across);
    }

    /**
     * Convolves pictures (B, H, W, in) with a kernel of this odd size, with zeros around them, and adds a bias:
     * (B, H, W, out). Always in float32.
     */
    public Operand<TFloat32> convolution(Operand<TFloat32> x, String name, int size, int out) {
        Block kernel = Block.of(parameters.stored(path + name + ".weight", out, width(x), size, size));
        return new Convolution(tf, parameters, branches).apply(x, kernel, vector(name + ".bias", out), size);
    }

    /**
     * Normalises each of so many equal groups of channels of pictures (B, H, W, C) to mean 0 and variance 1, then scales
     * and shifts each channel (Wu and He 2018).
     */
    public Operand<TFloat32> groupNorm(Operand<TFloat32> x, String name, int groups, float epsilon) {
        int channels = width(x);
        return new PictureLayers(tf)
                .groupNorm(x, groups, epsilon, weight(name + ".weight", channels), weight(name + ".bias", channels));
    }

    /** Doubles height and width of pictures (B, H, W, C), each pixel becoming four. */
    public Operand<TFloat32> doubled(Operand<TFloat32> x) {
        return new PictureLayers(tf).doubled(x);
    }

    /** Returns x + y. */
    public Operand<TFloat32> add(Operand<TFloat32> x, Operand<TFloat32> y) {
        return tf.math.add(x, y);
    }

    /** Scales the last dimension of x (..., D) to unit length (L2). */
    public Operand<TFloat32> unit(Operand<TFloat32> x) {
        return plain().unit(x);
    }

    /** Returns a stored matrix (rows, columns) of this place. */
    Block matrix(String name, int rows, int columns) {
        return transposed
                ? Block.of(parameters.stored(path + name, columns, rows)).flipped()
                : Block.of(parameters.stored(path + name, rows, columns));
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

    /** Returns a new variable of zeros, which runs may change. */
    VarHandleOp state(Class<? extends TNumber> type, long... shape) {
        return parameters.state().declare(type, shape);
    }

    /** Returns how many parts a layer is computed in, side by side. */
    int branches() {
        return branches;
    }

    /** Returns the type of matrix products. */
    Class<? extends TNumber> type() {
        return precision.type();
    }

    private PlainLayers plain() {
        return new PlainLayers(tf);
    }

    private TypedLayers<?> typed() {
        return new TypedLayers<>(this, new Arithmetic<>(tf, parameters, precision.type(), branches));
    }
}
