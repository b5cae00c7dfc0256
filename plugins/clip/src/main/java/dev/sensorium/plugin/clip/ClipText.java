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

    /** Encodes token ids (B, T) into the last state (B, D) of the position of each text's end (B). */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids, Operand<TInt32> ends) {
        Ops tf = at.tf();
        Operand<TInt32> places = tf.expandDims(ends, tf.constant(1));
        Operand<TFloat32> seen = at.paddingMask(ids, tf.math.add(ends, tf.constant(1)));
        Operand<TFloat32> state = new Encoder(at.in("encoder"), tower, at.causalMask(ids))
                .one(
                        embeddings(at.in("embeddings"), ids),
                        states -> tf.gather(states, places, tf.constant(1), Gather.batchDims(1L)),
                        seen);
        return at.norm(state, "final_layer_norm", tower.epsilon());
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        Operand<TFloat32> x = at.embedding(ids, "token_embedding", config.vocabulary(), tower.width());
        return at.add(x, at.positions(ids, "position_embedding", config.context(), tower.width()));
    }
}
