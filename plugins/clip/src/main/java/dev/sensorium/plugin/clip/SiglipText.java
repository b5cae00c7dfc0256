package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Tower;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The text tower of SigLIP, a transformer in which every token sees all others, padding included (Zhai et al. 2023). */
final class SiglipText {

    private final SiglipConfig.Text config;
    private final Tower tower;

    SiglipText(SiglipConfig.Text config) {
        this.config = config;
        this.tower = config.tower();
    }

    /** Encodes token ids (B, context) into hidden states (B, context, D). */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids) {
        Operand<TFloat32> x = embeddings(at.in("embeddings"), ids);
        for (int i = 0; i < tower.layers(); i++) {
            x = block(at.in("encoder.layers", i), x);
        }
        return at.norm(x, "final_layer_norm", tower.epsilon());
    }

    /** Projects the last of the hidden states (B, context, D) to so many dimensions: (B, dimensions). */
    Operand<TFloat32> pool(Layers at, Operand<TFloat32> hidden, int dimensions) {
        Ops tf = at.tf();
        Operand<TFloat32> last = tf.gather(hidden, tf.constant(config.context() - 1), tf.constant(1));
        return at.linear(last, "head", dimensions);
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        Operand<TFloat32> x = at.embedding(ids, "token_embedding", config.vocabulary(), tower.width());
        return at.add(x, at.weight("position_embedding.weight", config.context(), tower.width()));
    }

    private Operand<TFloat32> block(Layers at, Operand<TFloat32> x) {
        x = at.add(x, at.in("self_attn").attention(at.norm(x, "layer_norm1", tower.epsilon()), tower.heads()));
        Operand<TFloat32> normed = at.norm(x, "layer_norm2", tower.epsilon());
        return at.add(x, at.in("mlp").feedForward(normed, tower.inner(), tower.activation()));
    }
}
