package dev.sensorium.plugin.gato;

import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.Layers;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The block that a patch goes through before it is projected: a residual network's, normalised and activated before its
 * convolutions (Reed et al. 2022, appendix C.2; He et al. 2016).
 *
 * @param channels how many it has, a multiple of {@link #GROUPS}
 */
record ResidualBlock(int channels) {

    /** Groups of channels that are normalised together. */
    static final int GROUPS = 32;

    private static final float EPSILON = 1e-5f;

    /** Makes pictures of more channels (B, S', S', C) of pictures (B, S, S, 3): no patch sees beyond its edges. */
    Operand<TFloat32> apply(Layers at, Operand<TFloat32> pixels, int patch) {
        int across = Math.toIntExact(pixels.shape().get(1)) / patch;
        Operand<TFloat32> x = at.convolution(at.tiles(pixels, patch), "stem", 3, channels);
        Operand<TFloat32> h = at.convolution(activated(at, x, "norm_1"), "conv_1", 3, channels);
        h = at.convolution(activated(at, h, "norm_2"), "conv_2", 3, channels);
        return at.whole(at.add(x, h), across);
    }

    private static Operand<TFloat32> activated(Layers at, Operand<TFloat32> x, String norm) {
        return at.activation(at.groupNorm(x, norm, GROUPS, EPSILON), Activation.GELU);
    }
}
