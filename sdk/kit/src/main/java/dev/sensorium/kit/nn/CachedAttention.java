package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Causal attention of new tokens to themselves and to those before them, whose keys and values are kept.
 *
 * <p>Each branch keeps those of its own heads.
 */
final class CachedAttention<T extends TNumber> {

    private final Arithmetic<T> math;
    private final Ops tf;
    private final Heads<T> heads;
    private final Rows rows;
    private final Relation relation;

    CachedAttention(Arithmetic<T> math, Heads<T> heads, Rows rows, Relation relation) {
        this.math = math;
        this.relation = relation;
        this.tf = math.tf();
        this.heads = heads;
        this.rows = rows;
    }

    /** Attends from x (B, T, H*d). */
    Operand<TFloat32> toItself(Operand<TFloat32> x, Projections in) {
        Operand<T> flat = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span branch : Span.split(heads.count(), math.branches())) {
            Span own = branch.times(heads.width());
            Operand<T> qkv = math.linear(flat, in.all(own));
            List<Operand<T>> split = tf
                    .splitV(qkv, tf.constant(new int[] {own.size(), 2 * own.size()}), tf.constant(1), 2L)
                    .output()
                    .stream()
                    .map(part -> (Operand<T>) part)
                    .toList();
            Operand<T> queries = turned(split.get(0), branch.size(), own.size());
            Operand<T> added = turned(split.get(1), branch.size(), own.size());
            Operand<T> q = heads.apart(queries, rows.length(), branch.size());
            parts.add(heads.join(attend(q, added, branch.size()), own));
        }
        return math.leave(parts, x);
    }

    /** Turns the first n*d columns of (B*T, n*d or more) by their positions, if this is what tells of them. */
    private Operand<T> turned(Operand<T> columns, int count, int size) {
        Rotary rotary = relation.rotary();
        return rotary == null ? columns : rotary.turn(columns, rows.length(), count, size);
    }

    /** Keeps keys and values (B*T, 2*n*d), and attends from q (B, n, T, d) to all that are kept: (B, n, T, d). */
    private Operand<T> attend(Operand<T> q, Operand<T> added, int count) {
        int width = heads.width();
        VarHandleOp cache = rows.cache(math.type(), count, width);
        Rows.Addresses addresses = rows.addresses(count);
        Op kept = tf.resourceScatterNdUpdate(
                cache,
                addresses.added(),
                tf.reshape(
                        added,
                        tf.concat(
                                List.of(
                                        tf.slice(
                                                tf.shape(addresses.added()),
                                                tf.constant(new int[] {0}),
                                                tf.constant(new int[] {3})),
                                        tf.constant(new int[] {width})),
                                tf.constant(0))));
        Ops after = tf.withControlDependencies(kept);
        Operand<T> k = tf.reshape(after.resourceGather(cache, addresses.keys(), math.type()), rows.shape(count, width));
        Operand<T> v =
                tf.reshape(after.resourceGather(cache, addresses.values(), math.type()), rows.shape(count, width));
        Operand<T> scores = tf.math.add(math.batchProduct(q, k, true), rows.mask(math.type(), relation.window()));
        return math.batchProduct(tf.nn.softmax(scores), v, false);
    }
}
