package dev.sensorium.kit.nn;

import dev.sensorium.kit.nn.Projections.Projection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * How states are taken apart into H heads of width d, and joined again by a linear layer.
 *
 * @param count H
 * @param width d
 * @param weight of the layer that joins them
 * @param bias of this layer
 */
record Heads<T extends TNumber>(Arithmetic<T> math, int count, int width, Block weight, @Nullable Block bias) {

    static <T extends TNumber> Heads<T> of(Layers at, Arithmetic<T> math, AttentionNames names, int width, int heads) {
        return new Heads<>(
                math,
                heads,
                width / heads,
                at.matrix(names.out() + ".weight", width, width),
                names.outBiased() ? at.vector(names.out() + ".bias", width) : null);
    }

    /** Returns what scores are multiplied by. */
    float scale() {
        return (float) (1 / Math.sqrt(width));
    }

    /** Takes rows (B*T, n*d) apart into heads: (B, n, T, d). */
    Operand<T> apart(Operand<T> rows, Operand<TInt32> length, int parts) {
        Ops tf = math.tf();
        Operand<TInt32> shape = tf.stack(List.of(tf.constant(-1), length, tf.constant(parts), tf.constant(width)));
        return tf.linalg.transpose(tf.reshape(rows, shape), tf.constant(new int[] {0, 2, 1, 3}));
    }

    /** Projects a part of the heads (B, n, T, d) to its part of the sum (B*T, H*d); each brings its share of the bias. */
    Operand<T> join(Operand<T> context, Span own) {
        Ops tf = math.tf();
        Operand<T> byPosition = tf.linalg.transpose(context, tf.constant(new int[] {0, 2, 1, 3}));
        return joinRows(tf.reshape(byPosition, tf.constant(new int[] {-1, own.size()})), own);
    }

    /** Projects a part of the heads (N, n*d) to its part of the sum (N, H*d); each brings its share of the bias. */
    Operand<T> joinRows(Operand<T> rows, Span own) {
        return math.part(rows, new Projection(weight, bias), own);
    }
}
