package dev.sensorium.kit.nn;

import dev.sensorium.kit.nn.Projections.Projection;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Attention to a {@link Memory} that keeps keys and values of each state, so that a step reads these and not the weights
 * that make them: less than what {@link AbsorbedAttention} reads where a row has few states, such as those of a short text.
 *
 * <p>Each branch keeps those of its own heads.
 */
final class KeptAttention<T extends TNumber> {

    private final Arithmetic<T> math;
    private final Ops tf;
    private final Heads<T> heads;
    private final Memory memory;

    KeptAttention(Arithmetic<T> math, Heads<T> heads, Memory memory) {
        this.math = math;
        this.tf = math.tf();
        this.heads = heads;
        this.memory = memory;
    }

    /** Attends from x (B, T, H*d), T being given, to the memory. */
    Operand<TFloat32> from(Operand<TFloat32> x, Operand<TInt32> length, Projections in) {
        Operand<T> flat = math.enter(x);
        Operand<T> mask = tf.expandDims(memory.mask(math.type()), tf.constant(2));
        List<Operand<T>> parts = new ArrayList<>();
        for (Span branch : Span.split(heads.count(), math.branches())) {
            Span own = branch.times(heads.width());
            Operand<T> q = heads.apart(math.linear(flat, in.q().rows(own)), length, branch.size());
            Operand<T> k = kept(in.k().rows(own), branch.size());
            Operand<T> v = kept(in.v().rows(own), branch.size());
            Operand<T> scores = tf.math.add(math.batchProduct(q, k, true), mask);
            parts.add(heads.join(math.batchProduct(tf.nn.softmax(scores), v, false), own));
        }
        return math.leave(parts, x);
    }

    /** Returns what a layer made of each state, (B, n, Te, d). */
    private Operand<T> kept(Projection layer, int count) {
        Operand<TFloat32> kept =
                memory.kept(states -> math.leave(List.of(math.linear(math.enter(states), layer)), states));
        return heads.apart(tf.dtypes.cast(kept, math.type()), memory.span(), count);
    }
}
