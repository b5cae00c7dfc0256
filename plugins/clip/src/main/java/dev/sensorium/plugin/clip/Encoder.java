package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Tower;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;

/**
 * The pre-norm transformer layers of a tower of CLIP or SigLIP.
 *
 * @param at where the layers lie
 * @param mask is added to the scores (T, T) of attention; null for none
 */
record Encoder(Layers at, Tower tower, @Nullable Operand<TFloat32> mask) {

    /** Returns the states of x (B, T, D) after all layers. */
    Operand<TFloat32> all(Operand<TFloat32> x) {
        return first(tower.layers(), x);
    }

    /**
     * Returns the state (B, D) of one position of x (B, T, D) after all layers. The last layer computes no other, which is
     * 7 % less work for a tower of 12 layers.
     *
     * @param select takes the states (B, 1, D) of this position from those of all, (B, T, D)
     * @param seen is added to the scores (B, 1, 1, T) of attention from this position; null for none
     */
    Operand<TFloat32> one(
            Operand<TFloat32> x, UnaryOperator<Operand<TFloat32>> select, @Nullable Operand<TFloat32> seen) {
        int last = tower.layers() - 1;
        x = first(last, x);
        Layers layer = at.in("layers", last);
        Operand<TFloat32> normed = attentionNorm(layer, x);
        Operand<TFloat32> attended = layer.in("self_attn")
                .crossAttention(select.apply(normed), normed, tower.heads(), AttentionNames.TRANSFORMERS, seen);
        Operand<TFloat32> state = feedForward(layer, at.add(select.apply(x), attended));
        return at.tf().squeeze(state, Squeeze.axis(List.of(1L)));
    }

    private Operand<TFloat32> first(int layers, Operand<TFloat32> x) {
        for (int i = 0; i < layers; i++) {
            Layers layer = at.in("layers", i);
            Operand<TFloat32> attended = layer.in("self_attn")
                    .attention(attentionNorm(layer, x), tower.heads(), AttentionNames.TRANSFORMERS, mask);
            x = feedForward(layer, at.add(x, attended));
        }
        return x;
    }

    private Operand<TFloat32> attentionNorm(Layers layer, Operand<TFloat32> x) {
        return layer.norm(x, "layer_norm1", tower.epsilon());
    }

    private Operand<TFloat32> feedForward(Layers layer, Operand<TFloat32> x) {
        Operand<TFloat32> normed = layer.norm(x, "layer_norm2", tower.epsilon());
        return at.add(x, layer.in("mlp").feedForward(normed, tower.inner(), tower.activation()));
    }
}
