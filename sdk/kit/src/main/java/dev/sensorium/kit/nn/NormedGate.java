package dev.sensorium.kit.nn;

import dev.sensorium.kit.nn.Projections.Projection;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * A gated feed-forward layer whose inner values are normalised (Shazeer 2020 with the norms of Shleifer et al. 2021).
 *
 * <p>Each branch computes some of the inner values; all need the mean and the variance of all.
 *
 * @param inner the width inside
 * @param gate makes what goes through the activation
 * @param up makes what that is multiplied by
 * @param norm the norm's gain and shift
 * @param down leads back
 */
record NormedGate(int inner, Projection gate, Projection up, Projection norm, Block down) {

    /** Applies it to x (..., D). */
    <T extends TNumber> Operand<TFloat32> apply(
            Arithmetic<T> math, Operand<TFloat32> x, Activation activation, float epsilon) {
        Ops tf = math.tf();
        List<Span> branches = Span.split(inner, math.branches());
        List<Operand<TFloat32>> values = new ArrayList<>();
        Operand<T> rows = math.enter(x);
        for (Span own : branches) {
            var both = tf.split(tf.constant(1), math.linear(rows, gate.rows(own), up.rows(own)), 2L)
                    .output();
            Operand<T> gated = tf.math.mul(activation.apply(tf, both.get(0)), both.get(1));
            values.add(tf.dtypes.cast(gated, TFloat32.class));
        }
        Operand<TFloat32> mean = mean(tf, values);
        values.replaceAll(value -> tf.math.sub(value, mean));
        List<Operand<TFloat32>> squares = new ArrayList<>();
        values.forEach(value -> squares.add(tf.math.square(value)));
        Operand<TFloat32> variance = mean(tf, squares);
        Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
        List<Operand<T>> parts = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            Operand<T> normed = scaled(math, tf.math.mul(values.get(i), inverse), norm.rows(branches.get(i)));
            parts.add(math.part(normed, new Projection(down, null), branches.get(i)));
        }
        return math.leave(parts, x);
    }

    /** Returns the mean (N, 1) of the rows of parts side by side, (N, own) each. */
    private Operand<TFloat32> mean(Ops tf, List<Operand<TFloat32>> parts) {
        List<Operand<TFloat32>> sums = new ArrayList<>();
        parts.forEach(part -> sums.add(tf.reduceSum(part, tf.constant(1), ReduceSum.keepDims(true))));
        Operand<TFloat32> sum = sums.size() == 1 ? sums.get(0) : tf.math.addN(sums);
        return tf.math.mul(sum, tf.constant(1f / inner));
    }

    private static <T extends TNumber> Operand<T> scaled(
            Arithmetic<T> math, Operand<TFloat32> x, Projection gainAndShift) {
        Ops tf = math.tf();
        Operand<TFloat32> gained = tf.math.mul(x, math.parameters().flat(TFloat32.class, gainAndShift.weight()));
        Block shift = gainAndShift.bias();
        Operand<TFloat32> shifted =
                shift == null ? gained : tf.math.add(gained, math.parameters().flat(TFloat32.class, shift));
        return tf.dtypes.cast(shifted, math.type());
    }
}
