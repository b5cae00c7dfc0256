package dev.sensorium.kit.nn;

import static dev.sensorium.kit.nn.Arithmetic.width;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** The layers of {@link Layers} that keep the form of pictures (B, H, W, C), H and W being known: always in float32. */
record PictureLayers(Ops tf) {

    /** Normalises groups of channels of x (B, H, W, C), then scales and shifts each channel by vectors (C). */
    Operand<TFloat32> groupNorm(
            Operand<TFloat32> x, int groups, float epsilon, Operand<TFloat32> gain, Operand<TFloat32> shift) {
        Operand<TFloat32> centred = tf.math.sub(x, groupMean(x, groups));
        Operand<TFloat32> variance = groupMean(tf.math.square(centred), groups);
        Operand<TFloat32> inverse = tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)));
        return tf.math.add(tf.math.mul(centred, tf.math.mul(inverse, gain)), shift);
    }

    /**
     * Returns the mean of each channel's group, (B, 1, 1, C).
     *
     * <p>Columns, then rows, then the group's channels: many small sums are more accurate than one of all pixels.
     */
    private Operand<TFloat32> groupMean(Operand<TFloat32> x, int groups) {
        int channels = width(x);
        int own = channels / groups;
        Operand<TFloat32> ofChannels = tf.math.mean(tf.math.mean(x, tf.constant(2)), tf.constant(1));
        Operand<TFloat32> byGroup = tf.reshape(ofChannels, tf.constant(new int[] {-1, groups, own}));
        Operand<TFloat32> mean = tf.math.mean(byGroup, tf.constant(2), Mean.keepDims(true));
        Operand<TFloat32> repeated = tf.tile(mean, tf.constant(new int[] {1, 1, own}));
        return tf.reshape(repeated, tf.constant(new int[] {-1, 1, 1, channels}));
    }

    /** Cuts x (B, H, W, C) into as many square tiles of this side as fit, row by row: (B * tiles, side, side, C). */
    Operand<TFloat32> tiles(Operand<TFloat32> x, int side) {
        int channels = width(x);
        int down = Math.toIntExact(x.shape().get(1)) / side;
        int across = Math.toIntExact(x.shape().get(2)) / side;
        Operand<TFloat32> whole =
                tf.slice(x, tf.constant(new int[4]), tf.constant(new int[] {-1, down * side, across * side, channels}));
        // (B, gy, py, gx, px, C) to (B, gy, gx, py, px, C)
        Operand<TFloat32> tiles = tf.linalg.transpose(
                tf.reshape(whole, tf.constant(new int[] {-1, side, across, side * channels})),
                tf.constant(new int[] {0, 2, 1, 3}));
        return tf.reshape(tiles, tf.constant(new int[] {-1, side, side, channels}));
    }

    /** Puts tiles (B * tiles, side, side, C) together again, so many across and down: (B, S, S, C). */
    Operand<TFloat32> whole(Operand<TFloat32> tiles, int across) {
        int channels = width(tiles);
        int side = Math.toIntExact(tiles.shape().get(1));
        Operand<TFloat32> rows = tf.linalg.transpose(
                tf.reshape(tiles, tf.constant(new int[] {-1, across, side, side * channels})),
                tf.constant(new int[] {0, 2, 1, 3}));
        return tf.reshape(rows, tf.constant(new int[] {-1, across * side, across * side, channels}));
    }

    /** Returns x (B, H, W, C) with each pixel as four, (B, 2*H, 2*W, C). */
    Operand<TFloat32> doubled(Operand<TFloat32> x) {
        int height = Math.toIntExact(x.shape().get(1));
        int rowWidth = Math.toIntExact(x.shape().get(2));
        return tf.image.resizeNearestNeighbor(x, tf.constant(new int[] {2 * height, 2 * rowWidth}));
    }
}
