package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Attention to a {@link Memory} X that keeps neither keys nor values: the queries go through the keys' weights, and what
 * was attended to through the values'.
 *
 * <p>q·(W_k·x + b_k) = (q·W_k)·x + q·b_k, whose last term is the same for all x and vanishes in the softmax;
 * Σ p·(W_v·x + b_v) = W_v·Σ p·x + b_v, as the probabilities p add up to 1. So a layer reads the De numbers of each state
 * rather than its 2*H*d of keys and values, and all layers read the same ones.
 */
final class AbsorbedAttention<T extends TNumber> {

    private final Arithmetic<T> math;
    private final Ops tf;
    private final Heads<T> heads;
    private final Memory memory;

    AbsorbedAttention(Arithmetic<T> math, Heads<T> heads, Memory memory) {
        this.math = math;
        this.tf = math.tf();
        this.heads = heads;
        this.memory = memory;
    }

    /** Attends from x (B, T, H*d), T being given, to the memory. */
    Operand<TFloat32> from(Operand<TFloat32> x, Operand<TInt32> length, Projections in) {
        Operand<T> flat = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span branch : Span.split(heads.count(), math.branches())) {
            Span own = branch.times(heads.width());
            Operand<T> q = math.linear(flat, in.q().rows(own));
            Operand<T> seen = attend(absorb(q, in.k().rows(own).weight(), branch.size()), length, branch.size());
            Operand<T> context = project(seen, in.v().rows(own).weight(), branch.size());
            Block bias = in.v().rows(own).bias();
            parts.add(heads.joinRows(bias == null ? context : math.biased(context, bias), own));
        }
        return math.leave(parts, x);
    }

    /** Takes queries (N, n*d) through the keys' weights (n*d, De): (n, N, De). */
    private Operand<T> absorb(Operand<T> q, Block weight, int count) {
        return math.batchProduct(swapped(byHead(q, count)), matrices(weight, count), false);
    }

    /** Attends from queries (n, B*T, De): (n, B*T, De). */
    private Operand<T> attend(Operand<T> queries, Operand<TInt32> length, int count) {
        Operand<TInt32> batch = tf.constant(-1);
        Operand<TInt32> own = tf.constant(count);
        Operand<TInt32> width = tf.constant(memory.width());
        Operand<T> byRow = swapped(tf.reshape(queries, tf.stack(List.of(own, batch, tf.math.mul(length, width)))));
        Operand<T> rows = tf.reshape(byRow, tf.stack(List.of(batch, tf.math.mul(own, length), width)));
        Operand<T> states = memory.states(math.type());
        Operand<T> scores = tf.math.add(math.batchProduct(rows, states, true), memory.mask(math.type()));
        Operand<T> seen = math.batchProduct(tf.nn.softmax(scores), states, false);
        Operand<T> byHead = swapped(tf.reshape(seen, tf.stack(List.of(batch, own, tf.math.mul(length, width)))));
        return tf.reshape(byHead, tf.constant(new int[] {count, -1, memory.width()}));
    }

    /** Takes what was attended to (n, N, De) through the values' weights (n*d, De): (N, n*d). */
    private Operand<T> project(Operand<T> seen, Block weight, int count) {
        Operand<T> context = math.batchProduct(seen, matrices(weight, count), true);
        return tf.reshape(swapped(context), tf.constant(new int[] {-1, count * heads.width()}));
    }

    /** Returns weights (n*d, De) as (n, d, De). */
    private Operand<T> matrices(Block weight, int count) {
        return tf.reshape(math.matrix(weight), tf.constant(new int[] {count, heads.width(), memory.width()}));
    }

    /** Takes rows (N, n*d) apart: (N, n, d). */
    private Operand<T> byHead(Operand<T> rows, int count) {
        return tf.reshape(rows, tf.constant(new int[] {-1, count, heads.width()}));
    }

    /** Swaps the first two dimensions of three. */
    private Operand<T> swapped(Operand<T> x) {
        return tf.linalg.transpose(x, tf.constant(new int[] {1, 0, 2}));
    }
}
