package dev.sensorium.kit.nn;

import static dev.sensorium.kit.nn.Arithmetic.width;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The layers of {@link Layers} that multiply no matrices: always in float32. */
record PlainLayers(Ops tf) {

    /** Returns the first so many rows of a table (rows, width). */
    Operand<TFloat32> firstRows(Operand<TInt32> count, Operand<TFloat32> table) {
        Operand<TInt32> size = tf.stack(List.of(count, tf.constant(width(table))));
        return tf.slice(table, tf.constant(new int[2]), size);
    }

    /** Repeats a vector (D), or vectors (T, D), for each example of a batch (B, ...): (B, 1 or T, D). */
    Operand<TFloat32> repeated(Operand<TFloat32> vectors, Operand<?> batch) {
        boolean many = vectors.shape().numDimensions() == 2;
        int rows = many ? Math.toIntExact(vectors.shape().get(0)) : 1;
        Operand<TInt32> count = tf.slice(tf.shape(batch), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
        Operand<TInt32> shape =
                tf.concat(List.of(count, tf.constant(new int[] {rows, width(vectors)})), tf.constant(0));
        return tf.broadcastTo(vectors, shape);
    }

    /**
     * Normalises the last dimension of x (..., D), then scales and shifts it by vectors (D).
     *
     * <p>In the form of Keras (squared differences, constant vectors) TensorFlow 2.18 would take it for one operation of
     * oneDNN, which is faster and wrong: its epsilon is 0.001 whatever the graph says.
     */
    Operand<TFloat32> norm(Operand<TFloat32> x, Operand<TFloat32> gain, Operand<TFloat32> shift, float epsilon) {
        Operand<TInt32> last = tf.constant(-1);
        Operand<TFloat32> centred = tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true)));
        Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), last, Mean.keepDims(true));
        Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
        return tf.math.add(tf.math.mul(centred, tf.math.mul(inverse, gain)), shift);
    }

    /** Scales the last dimension of x (..., D) to a mean square of 1, then by a vector (D). */
    Operand<TFloat32> rmsNorm(Operand<TFloat32> x, Operand<TFloat32> gain, float epsilon) {
        Operand<TFloat32> square = tf.math.mean(tf.math.square(x), tf.constant(-1), Mean.keepDims(true));
        Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(square, tf.constant(epsilon)));
        return tf.math.mul(tf.math.mul(x, inverse), gain);
    }

    /** Returns the mask (T, T) that lets each of so many positions attend to itself and to those before it. */
    Operand<TFloat32> causalMask(Operand<TInt32> length) {
        Operand<TInt32> positions = tf.range(tf.constant(0), length, tf.constant(1));
        Operand<TBool> later =
                tf.math.greater(tf.expandDims(positions, tf.constant(0)), tf.expandDims(positions, tf.constant(1)));
        return tf.select(later, tf.constant(Layers.MASKED), tf.constant(0f));
    }

    /** Scales the last dimension of x (..., D) to unit length (L2). */
    Operand<TFloat32> unit(Operand<TFloat32> x) {
        Operand<TFloat32> squares = tf.reduceSum(tf.math.mul(x, x), tf.constant(-1), ReduceSum.keepDims(true));
        return tf.math.div(x, tf.math.sqrt(squares));
    }
}
