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
        Operand<TFloat32> state = encoder(at, ids)
                .one(
                        embeddings(at, ids),
                        states -> tf.gather(states, places, tf.constant(1), Gather.batchDims(1L)),
                        seen);
        return norm(at, state);
    }

    /** Returns the layers, in which each token of ids (B, T) attends to itself and to those before it. */
    Encoder encoder(Layers at, Operand<TInt32> ids) {
        return new Encoder(at.in("encoder"), tower, at.causalMask(ids));
    }

    /** Returns what the layers take of ids (B, T): (B, T, D). */
    Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        Layers own = at.in("embeddings");
        Operand<TFloat32> x = own.embedding(ids, "token_embedding", config.vocabulary(), tower.width());
        return at.add(x, own.positions(ids, "position_embedding", config.context(), tower.width()));
    }

    /** Normalises what the layers make. */
    Operand<TFloat32> norm(Layers at, Operand<TFloat32> states) {
        return at.norm(states, "final_layer_norm", tower.epsilon());
    }
}
