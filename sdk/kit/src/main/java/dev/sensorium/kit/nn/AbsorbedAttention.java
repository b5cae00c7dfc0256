package dev.sensorium.kit.nn;

import dev.sensorium.kit.nn.Projections.Projection;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
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
 *
 * <p>Each branch takes some of the heads through the weights, and all heads to some of the states: what a product does to
 * bring these into its own order is done once for all heads.
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
        List<Span> branches = Span.split(heads.count(), math.branches());
        List<Operand<T>> queries = new ArrayList<>();
        for (Span branch : branches) {
            Span own = branch.times(heads.width());
            Operand<T> q = math.linear(flat, in.q().rows(own));
            queries.add(absorb(q, in.k().rows(own).weight(), branch.size()));
        }
        List<Operand<T>> seen = split(attend(joined(queries, 0), length), branches);
        List<Operand<T>> parts = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            Span own = branches.get(i).times(heads.width());
            Projection v = in.v().rows(own);
            Operand<T> context =
                    project(seen.get(i), v.weight(), branches.get(i).size());
            parts.add(heads.joinRows(v.bias() == null ? context : math.biased(context, v.bias()), own));
        }
        return math.leave(parts, x);
    }

    /** Takes queries (N, n*d) through the keys' weights (n*d, De): (n, N, De). */
    private Operand<T> absorb(Operand<T> q, Block weight, int count) {
        return math.batchProduct(swapped(byHead(q, count)), matrices(weight, count), false);
    }

    /** Attends from queries (H, B*T, De): (H, B*T, De). */
    private Operand<T> attend(Operand<T> queries, Operand<TInt32> length) {
        Operand<TInt32> batch = tf.constant(-1);
        Operand<TInt32> count = tf.constant(heads.count());
        Operand<TInt32> width = tf.constant(memory.width());
        Operand<T> byRow = swapped(tf.reshape(queries, tf.stack(List.of(count, batch, tf.math.mul(length, width)))));
        Operand<T> rows = tf.reshape(byRow, tf.stack(List.of(batch, tf.math.mul(count, length), width)));
        Operand<T> seen = attend(rows);
        Operand<T> byHead = swapped(tf.reshape(seen, tf.stack(List.of(batch, count, tf.math.mul(length, width)))));
        return tf.reshape(byHead, tf.constant(new int[] {heads.count(), -1, memory.width()}));
    }

    /** Attends from queries (B, H*T, De): (B, H*T, De). */
    private Operand<T> attend(Operand<T> queries) {
        List<Operand<T>> states = memory.states(math.type());
        List<Operand<T>> scores = new ArrayList<>();
        for (Operand<T> part : states) {
            scores.add(math.batchProduct(queries, part, true));
        }
        Operand<T> masked = tf.math.add(joined(scores, 2), memory.mask(math.type()));
        List<Operand<T>> probabilities = parts(tf.split(tf.constant(2), tf.nn.softmax(masked), (long) states.size())
                .output());
        List<Operand<T>> seen = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            seen.add(math.batchProduct(probabilities.get(i), states.get(i), false));
        }
        return seen.size() == 1 ? seen.get(0) : tf.math.addN(seen);
    }

    /** Takes states of all heads (H, N, De) apart into those of some. */
    private List<Operand<T>> split(Operand<T> all, List<Span> branches) {
        Operand<TInt32> sizes =
                tf.constant(branches.stream().mapToInt(Span::size).toArray());
        return parts(
                tf.splitV(all, sizes, tf.constant(0), (long) branches.size()).output());
    }

    private Operand<T> joined(List<Operand<T>> parts, int dimension) {
        return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(dimension));
    }

    private static <T extends TNumber> List<Operand<T>> parts(List<Output<T>> outputs) {
        return outputs.stream().map(output -> (Operand<T>) output).toList();
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
