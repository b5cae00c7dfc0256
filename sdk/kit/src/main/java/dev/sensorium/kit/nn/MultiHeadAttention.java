package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
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
    private final Heads<T> heads;
    private final Projections in;

    MultiHeadAttention(Layers at, Arithmetic<T> math, Heads<T> heads, Projections in) {
        this.at = at;
        this.math = math;
        this.tf = math.tf();
        this.heads = heads;
        this.in = in.scaled(heads.scale());
    }

    /** Attends from x (B, T, H*d) to itself. */
    Operand<TFloat32> toItself(Operand<TFloat32> x, @Nullable Operand<TFloat32> mask) {
        Operand<T> rows = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span branch : Span.split(heads.count(), math.branches())) {
            Span own = branch.times(heads.width());
            Operand<T> qkv = math.linear(rows, in.all(own));
            List<Operand<T>> split = split(heads.apart(qkv, at.length(x), 3 * branch.size()), 3);
            parts.add(heads.join(attend(split.get(0), split.get(1), split.get(2), mask), own));
        }
        return math.leave(parts, x);
    }

    /** Attends from queries (B or 1, Tq, H*d) to states (B, T, De): (B, Tq, H*d). */
    Operand<TFloat32> to(Operand<TFloat32> queries, Operand<TFloat32> states, @Nullable Operand<TFloat32> mask) {
        Operand<T> queryRows = math.enter(queries);
        Operand<T> stateRows = math.enter(states);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span branch : Span.split(heads.count(), math.branches())) {
            Span own = branch.times(heads.width());
            Operand<T> q = math.linear(queryRows, in.q().rows(own));
            Operand<T> kv = math.linear(stateRows, in.k().rows(own), in.v().rows(own));
            List<Operand<T>> split = split(heads.apart(kv, at.length(states), 2 * branch.size()), 2);
            Operand<T> queryHeads = heads.apart(q, at.length(queries), branch.size());
            parts.add(heads.join(attend(queryHeads, split.get(0), split.get(1), mask), own));
        }
        return math.sum(parts, tf.stack(List.of(tf.constant(-1), at.length(queries))));
    }

    /** Takes (B, parts*n, T, d) apart, into (B, n, T, d) each. */
    private List<Operand<T>> split(Operand<T> all, long parts) {
        return tf.split(tf.constant(1), all, parts).output().stream()
                .map(output -> (Operand<T>) output)
                .toList();
    }

    /** Returns (B, n, Tq, d) for q (B or 1, n, Tq, d), k and v (B, n, T, d). */
    private Operand<T> attend(Operand<T> q, Operand<T> k, Operand<T> v, @Nullable Operand<TFloat32> mask) {
        Operand<T> scores = math.batchProduct(q, k, true);
        Operand<T> seen = mask == null ? scores : tf.math.add(scores, tf.dtypes.cast(mask, math.type()));
        return math.batchProduct(tf.nn.softmax(seen), v, false);
    }
}
