package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.nn.Layers;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** The encoder of pictures, {@code ImageEncoder} of the reference. */
record PictureLayers(Layers at) {

    /** Pixels along a side. */
    static final int SIDE = 84;

    /** Numbers of each pixel: grey pictures, one after the other in time. */
    static final int CHANNELS = 4;

    private static final List<Integer> WIDTHS = List.of(32, 64, 128);
    private static final int SQUEEZE = 8;
    private static final float SLOPE = 0.01f;
    private static final float EPSILON = 1e-5f;

    /** Embeds pictures (B, 84, 84, 4) of -1 to 1: (B, width). */
    Operand<TFloat32> embed(Operand<TFloat32> pictures, int width) {
        Ops tf = at.tf();
        Operand<TFloat32> x = pictures;
        int channels = CHANNELS;
        int side = SIDE;
        for (int i = 0; i < WIDTHS.size(); i++) {
            int out = WIDTHS.get(i);
            x = normed(convolved(x, "conv" + (i + 1), channels, out));
            x = tf.math.maximum(x, tf.math.mul(x, tf.constant(SLOPE)));
            x = gated(x, at.in("att" + (i + 1)), out);
            channels = out;
            side = (side + 1) / 2;
        }
        Operand<TFloat32> channelsFirst = tf.linalg.transpose(x, tf.constant(new int[] {0, 3, 1, 2}));
        return at.linear(tf.reshape(channelsFirst, tf.constant(new int[] {-1, channels * side * side})), "fc", width);
    }

    /** Convolves with kernels of 3 x 3 and a stride of 2, one pixel of zeros around. */
    private Operand<TFloat32> convolved(Operand<TFloat32> x, String name, int in, int out) {
        Ops tf = at.tf();
        Operand<TFloat32> stored = at.weight(name + ".weight", out, in, 3, 3);
        Operand<TFloat32> kernel = tf.linalg.transpose(stored, tf.constant(new int[] {2, 3, 1, 0}));
        Operand<TFloat32> padded =
                tf.pad(x, tf.constant(new int[][] {{0, 0}, {1, 1}, {1, 1}, {0, 0}}), tf.constant(0f));
        Operand<TFloat32> product = tf.nn.conv2d(padded, kernel, List.of(1L, 2L, 2L, 1L), "VALID");
        return tf.math.add(product, at.weight(name + ".bias", out));
    }

    /** Normalises each channel of each picture (Ulyanov et al. 2016), without weights. */
    private Operand<TFloat32> normed(Operand<TFloat32> x) {
        Ops tf = at.tf();
        Operand<TFloat32> centred = tf.math.sub(x, mean(x));
        Operand<TFloat32> variance = mean(tf.math.square(centred));
        return tf.math.mul(centred, tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON))));
    }

    /** Weighs the channels of x (B, H, W, C) by what their means say (Hu et al. 2018). */
    private Operand<TFloat32> gated(Operand<TFloat32> x, Layers gate, int channels) {
        Ops tf = at.tf();
        Operand<TFloat32> means = tf.reshape(mean(x), tf.constant(new int[] {-1, channels}));
        Operand<TFloat32> squeezed = tf.nn.relu(gate.projection(means, "fc.0", channels / SQUEEZE));
        Operand<TFloat32> weights = tf.math.sigmoid(gate.projection(squeezed, "fc.2", channels));
        return tf.math.mul(x, tf.reshape(weights, tf.constant(new int[] {-1, 1, 1, channels})));
    }

    private Operand<TFloat32> mean(Operand<TFloat32> x) {
        Ops tf = at.tf();
        return tf.math.mean(x, tf.constant(new int[] {1, 2}), Mean.keepDims(true));
    }
}
