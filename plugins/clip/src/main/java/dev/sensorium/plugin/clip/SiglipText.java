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
        Operand<TFloat32> state =
                encoder(at).one(embeddings(at, ids), states -> tf.gather(states, last, tf.constant(1)), null);
        return norm(at, state);
    }

    /** Returns the layers. */
    Encoder encoder(Layers at) {
        return new Encoder(at.in("encoder"), tower, null);
    }

    /** Returns what the layers take of ids (B, context): (B, context, D). */
    Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        Layers own = at.in("embeddings");
        Operand<TFloat32> x = own.embedding(ids, "token_embedding", config.vocabulary(), tower.width());
        return at.add(x, own.weight("position_embedding.weight", config.context(), tower.width()));
    }

    /** Normalises what the layers make. */
    Operand<TFloat32> norm(Layers at, Operand<TFloat32> states) {
        return at.norm(states, "final_layer_norm", tower.epsilon());
    }
}
