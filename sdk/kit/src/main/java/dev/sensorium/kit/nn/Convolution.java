package dev.sensorium.kit.nn;

import static dev.sensorium.kit.nn.Arithmetic.width;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of pictures with a square kernel of odd size, in float32.
 *
 * @param branches how many parts it is computed in, side by side, each of some of the output's channels
 */
record Convolution(Ops tf, Parameters parameters, int branches) {

    private static final List<Long> EACH_PIXEL = List.of(1L, 1L, 1L, 1L);

    /** Convolves x (B, H, W, in), with zeros around it, with a kernel (out, in, size, size): (B, H, W, out). */
    Operand<TFloat32> apply(Operand<TFloat32> x, Block kernel, Block bias, int size) {
        int in = width(x);
        List<Operand<TFloat32>> parts = new ArrayList<>();
        for (Span own : Span.split(kernel.rows().size(), branches)) {
            Operand<TFloat32> filter = tf.reshape(
                    parameters.transposed(TFloat32.class, kernel.rows(own).channelsLast(in)),
                    tf.constant(new int[] {size, size, in, own.size()}));
            Operand<TFloat32> product = tf.nn.conv2d(x, filter, EACH_PIXEL, "SAME");
            parts.add(tf.nn.biasAdd(product, parameters.flat(TFloat32.class, bias.rows(own))));
        }
        return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(3));
    }
}
