package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.Layers;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The decoder of a VQGAN (Esser et al. 2021, appendix A), by min-dalle's {@code VQGanDetokenizer}. */
final class Vqgan {

    private final VqganConfig config;

    Vqgan(VqganConfig config) {
        this.config = config;
    }

    /** Makes pictures (B, S, S, 3), each number in 0 to 1, of codes (B, codes of a picture). */
    Operand<TFloat32> paint(Layers at, Operand<TInt32> codes) {
        Ops tf = at.tf();
        VqganConfig.Codebook book = config.codebook();
        Operand<TFloat32> rows = at.embedding(codes, "embedding", book.size(), book.width());
        Operand<TFloat32> x = tf.reshape(rows, tf.constant(new int[] {-1, config.side(), config.side(), book.width()}));
        x = at.convolution(x, "post_quant_conv", 1, config.latent());
        x = decode(at.in("decoder"), x);
        return tf.clipByValue(x, tf.constant(0f), tf.constant(1f));
    }

    private Operand<TFloat32> decode(Layers at, Operand<TFloat32> latent) {
        List<Integer> channels = config.levels().channels();
        int last = channels.size() - 1;
        int side = config.side();
        Operand<TFloat32> x = at.convolution(latent, "conv_in", 3, channels.get(last));
        x = block(at.in("mid.block_1"), x, channels.get(last));
        x = attended(at.in("mid.attn_1"), x);
        x = block(at.in("mid.block_2"), x, channels.get(last));
        for (int i = last; i >= 0; i--, side *= 2) {
            Layers level = at.in("up", i);
            for (int j = 0; j <= config.levels().blocks(); j++) {
                x = block(level.in("block", j), x, channels.get(i));
                if (config.levels().attention().contains(side)) {
                    x = attended(level.in("attn", j), x);
                }
            }
            if (i > 0) {
                x = level.in("upsample").convolution(at.doubled(x), "conv", 3, channels.get(i));
            }
        }
        return at.convolution(swished(at, x, "norm_out"), "conv_out", 3, 3);
    }

    /** A residual block, which may change the number of channels. */
    private Operand<TFloat32> block(Layers at, Operand<TFloat32> x, int channels) {
        Operand<TFloat32> h = at.convolution(swished(at, x, "norm1"), "conv1", 3, channels);
        h = at.convolution(swished(at, h, "norm2"), "conv2", 3, channels);
        boolean same = x.shape().get(-1) == channels;
        return at.add(same ? x : at.convolution(x, "nin_shortcut", 1, channels), h);
    }

    /** Adds to each pixel what it sees of all others. */
    private Operand<TFloat32> attended(Layers at, Operand<TFloat32> x) {
        Ops tf = at.tf();
        int channels = (int) x.shape().get(-1);
        int pixels = (int) (x.shape().get(1) * x.shape().get(2));
        Operand<TInt32> row = tf.constant(new int[] {-1, pixels, channels});
        Operand<TFloat32> h = norm(at, x, "norm");
        Operand<TFloat32> seen = at.attend(
                tf.reshape(at.convolution(h, "q", 1, channels), row),
                tf.reshape(at.convolution(h, "k", 1, channels), row),
                tf.reshape(at.convolution(h, "v", 1, channels), row),
                1,
                null);
        int side = (int) x.shape().get(1);
        Operand<TFloat32> grid = tf.reshape(seen, tf.constant(new int[] {-1, side, pixels / side, channels}));
        return at.add(x, at.convolution(grid, "proj_out", 1, channels));
    }

    private Operand<TFloat32> swished(Layers at, Operand<TFloat32> x, String name) {
        return at.activation(norm(at, x, name), Activation.SILU);
    }

    private Operand<TFloat32> norm(Layers at, Operand<TFloat32> x, String name) {
        return at.groupNorm(x, name, config.norm().groups(), config.norm().epsilon());
    }
}
