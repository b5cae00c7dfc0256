package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Scaled dot-product attention of H heads of width d (Vaswani et al. 2017, section 3.2).
 *
 * <p>The queries' weights are divided by √d as they are loaded. Each branch computes some of the heads.
 */
final class MultiHeadAttention<T extends TNumber> {

    private final Layers at;
    private final Arithmetic<T> math;
    private final Ops tf;
    private final int heads;
    private final int width;
    private final int headWidth;

    MultiHeadAttention(Layers at, Arithmetic<T> math, int width, int heads) {
        this.at = at;
        this.math = math;
        this.tf = math.tf();
        this.heads = heads;
        this.width = width;
        this.headWidth = width / heads;
    }

    /** Attends from x (B, T, H*d) to itself, with one projection for each of q, k and v. */
    Operand<TFloat32> toItself(Operand<TFloat32> x, @Nullable Operand<TFloat32> mask) {
        Projections in = Projections.separate(at, width).scaled(scale());
        Operand<T> rows = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span branch : Span.split(heads, math.branches())) {
            Span own = branch.times(headWidth);
            Operand<T> qkv = math.biased(math.product(rows, in.weights(own)), in.biases(own));
            List<Operand<T>> split = split(heads(qkv, length(x), 3 * branch.size()), branch.size());
            parts.add(out(attend(split.get(0), split.get(1), split.get(2), mask), own));
        }
        return math.leave(parts, x);
    }

    /** Attends from queries (B or 1, Tq, H*d) to x (B, T, H*d), with q, k and v packed into one projection. */
    Operand<TFloat32> packed(Operand<TFloat32> queries, Operand<TFloat32> x) {
        Projections in = Projections.packed(at, width).scaled(scale());
        Operand<T> q = math.biased(math.product(math.enter(queries), in.qWeight()), in.qBias());
        Operand<T> k = math.biased(math.product(math.enter(x), in.kWeight()), in.kBias());
        Operand<T> v = math.biased(math.product(math.enter(x), in.vWeight()), in.vBias());
        Operand<T> context =
                attend(heads(q, length(queries), heads), heads(k, length(x), heads), heads(v, length(x), heads), null);
        Operand<T> rows = out(context, Span.of(width));
        return tf.reshape(tf.dtypes.cast(rows, TFloat32.class), shape(length(queries), width));
    }

    private float scale() {
        return (float) (1 / Math.sqrt(headWidth));
    }

    /** Takes rows (B*T, n*d) apart into heads: (B, n, T, d). */
    private Operand<T> heads(Operand<T> rows, Operand<TInt32> length, int count) {
        Operand<TInt32> shape = tf.stack(List.of(tf.constant(-1), length, tf.constant(count), tf.constant(headWidth)));
        return tf.linalg.transpose(tf.reshape(rows, shape), tf.constant(new int[] {0, 2, 1, 3}));
    }

    /** Takes (B, 3*n, T, d) apart into q, k and v, each (B, n, T, d). */
    private List<Operand<T>> split(Operand<T> qkv, int count) {
        return tf.split(tf.constant(1), qkv, 3L).output().stream()
                .map(output -> (Operand<T>) output)
                .toList();
    }

    /** Returns (B, n, Tq, d) for q (B or 1, n, Tq, d), k and v (B, n, T, d). */
    private Operand<T> attend(Operand<T> q, Operand<T> k, Operand<T> v, @Nullable Operand<TFloat32> mask) {
        Operand<T> scores = math.batchProduct(q, k, true);
        Operand<T> seen = mask == null ? scores : tf.math.add(scores, tf.dtypes.cast(mask, math.type()));
        return math.batchProduct(tf.nn.softmax(seen), v, false);
    }

    /** Projects a part of the heads (B, n, Tq, d) to its part of the sum (B*Tq, H*d); the first brings the bias. */
    private Operand<T> out(Operand<T> context, Span own) {
        Operand<T> byPosition = tf.linalg.transpose(context, tf.constant(new int[] {0, 2, 1, 3}));
        Operand<T> rows = tf.reshape(byPosition, tf.constant(new int[] {-1, own.size()}));
        Operand<T> part =
                math.product(rows, at.matrix("out_proj.weight", width, width).columns(own));
        return own.from() == 0 ? math.biased(part, at.vector("out_proj.bias", width)) : part;
    }

    private Operand<TInt32> shape(Operand<TInt32> length, int last) {
        return tf.stack(List.of(tf.constant(-1), length, tf.constant(last)));
    }

    private Operand<TInt32> length(Operand<TFloat32> x) {
        return at.length(x);
    }
}
