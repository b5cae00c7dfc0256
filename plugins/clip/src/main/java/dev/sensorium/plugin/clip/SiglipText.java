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

    /** Encodes token ids (B, context) into the last state (B, D) of the last token. */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids) {
        Ops tf = at.tf();
        Operand<TInt32> last = tf.constant(new int[] {config.context() - 1});
        Operand<TFloat32> state = new Encoder(at.in("encoder"), tower, null)
                .one(embeddings(at.in("embeddings"), ids), states -> tf.gather(states, last, tf.constant(1)), null);
        return at.norm(state, "final_layer_norm", tower.epsilon());
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        Operand<TFloat32> x = at.embedding(ids, "token_embedding", config.vocabulary(), tower.width());
        return at.add(x, at.weight("position_embedding.weight", config.context(), tower.width()));
    }
}
