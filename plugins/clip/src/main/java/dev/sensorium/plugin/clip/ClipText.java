package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Tower;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The text tower of CLIP, a causal transformer (Radford et al. 2021, section 2.4). */
final class ClipText {

    private final ClipConfig.Text config;
    private final Tower tower;

    ClipText(ClipConfig.Text config) {
        this.config = config;
        this.tower = config.tower();
    }

    /** Encodes token ids (B, T) into hidden states (B, T, D). No state depends on the tokens after it. */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids) {
        Operand<TFloat32> x = embeddings(at.in("embeddings"), ids);
        Operand<TFloat32> mask = at.causalMask(ids);
        for (int i = 0; i < tower.layers(); i++) {
            x = block(at.in("encoder.layers", i), x, mask);
        }
        return at.norm(x, "final_layer_norm", tower.epsilon());
    }

    /** Returns the states (B, D) at these positions (B) of hidden states (B, T, D). */
    Operand<TFloat32> pool(Layers at, Operand<TFloat32> hidden, Operand<TInt32> ends) {
        Ops tf = at.tf();
        return tf.gather(hidden, ends, tf.constant(1), Gather.batchDims(1L));
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        Operand<TFloat32> x = at.embedding(ids, "token_embedding", config.vocabulary(), tower.width());
        return at.add(x, at.positions(ids, "position_embedding", config.context(), tower.width()));
    }

    private Operand<TFloat32> block(Layers at, Operand<TFloat32> x, Operand<TFloat32> mask) {
        x = at.add(x, at.in("self_attn").attention(at.norm(x, "layer_norm1", tower.epsilon()), tower.heads(), mask));
        return at.add(
                x,
                at.in("mlp")
                        .feedForward(at.norm(x, "layer_norm2", tower.epsilon()), tower.inner(), tower.activation()));
    }
}
