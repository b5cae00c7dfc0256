package dev.sensorium.plugin.blip;

import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Rows;
import dev.sensorium.kit.nn.Tower;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The text model of BLIP, a post-norm BERT whose layers can attend to other states as well (Li et al. 2022, section 3.1;
 * transformers' {@code BlipTextModel}): alone it encodes a text, with a picture's states it encodes both together, and
 * with a mask it is a decoder.
 */
final class BlipText {

    private final BlipConfig.Text config;
    private final Tower tower;

    BlipText(BlipConfig.Text config) {
        this.config = config;
        this.tower = config.tower();
    }

    /** What a layer attends to. */
    private interface Attention {

        /** Attends from x (B, T, D) with the weights of a place. */
        Operand<TFloat32> from(Layers at, Operand<TFloat32> x);
    }

    /** Encodes token ids (B, T), of which the first {@code lengths} (B) count, into states (B, T, D). */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids, Operand<TInt32> lengths) {
        return encoded(at, ids, lengths, null);
    }

    /**
     * Encodes token ids (P*N, T), of which the first {@code lengths} (P*N) count, together with the states (P, S, De) of
     * pictures, N texts for each picture, into states (P*N, T, D).
     */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids, Operand<TInt32> lengths, Operand<TFloat32> pictures) {
        Ops tf = at.tf();
        Operand<TInt32> count = tf.slice(tf.shape(pictures), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
        Operand<TInt32> rest = tf.constant(new int[] {-1, tower.width()});
        Operand<TInt32> byPicture = tf.concat(List.of(count, rest), tf.constant(0));
        return encoded(at, ids, lengths, (place, x) -> {
            // Tokens that attend to others do not see each other: those of all texts of a picture are one sequence.
            Operand<TFloat32> folded = tf.reshape(x, byPicture);
            folded = place.crossAttention(folded, pictures, tower.heads(), AttentionNames.BERT, null);
            return tf.reshape(folded, tf.shape(x));
        });
    }

    /** Decodes new tokens into states (B, T, D); the memory is what they attend to beside the tokens before them. */
    Operand<TFloat32> decode(Layers at, Rows rows, Memory memory) {
        Operand<TFloat32> positions =
                at.embedding(rows.positions(), "embeddings.position_embeddings", config.context(), tower.width());
        return layers(
                at,
                embeddings(at.in("embeddings"), rows.ids(), positions),
                (place, x) -> place.cachedAttention(x, tower.heads(), AttentionNames.BERT, rows),
                (place, x) -> place.crossAttention(x, tower.heads(), AttentionNames.BERT, memory));
    }

    /** Returns the logits (N, V) of what follows decoder states (N, D); their matrix is the table of the tokens. */
    Operand<TFloat32> logits(Layers at, Operand<TFloat32> states) {
        Layers transform = at.in("cls.predictions.transform");
        Operand<TFloat32> x = transform.linear(states, "dense", tower.width());
        x = transform.norm(transform.activation(x, tower.activation()), "LayerNorm", tower.epsilon());
        return at.logits(x, "bert.embeddings.word_embeddings.weight", "cls.predictions.bias", config.vocabulary());
    }

    /** Returns the states (B, D) of the first tokens, of states (B, T, D). */
    Operand<TFloat32> first(Layers at, Operand<TFloat32> states) {
        return at.tf().gather(states, at.tf().constant(0), at.tf().constant(1));
    }

    private Operand<TFloat32> encoded(
            Layers at, Operand<TInt32> ids, Operand<TInt32> lengths, @Nullable Attention toOthers) {
        Operand<TFloat32> mask = at.paddingMask(ids, lengths);
        Operand<TFloat32> positions =
                at.in("embeddings").positions(ids, "position_embeddings", config.context(), tower.width());
        return layers(
                at,
                embeddings(at.in("embeddings"), ids, positions),
                (place, x) -> place.attention(x, tower.heads(), AttentionNames.BERT, mask),
                toOthers);
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids, Operand<TFloat32> positions) {
        Operand<TFloat32> x = at.embedding(ids, "word_embeddings", config.vocabulary(), tower.width());
        return at.norm(at.add(x, positions), "LayerNorm", tower.epsilon());
    }

    private Operand<TFloat32> layers(Layers at, Operand<TFloat32> x, Attention toItself, @Nullable Attention toOthers) {
        for (int i = 0; i < tower.layers(); i++) {
            Layers layer = at.in("encoder.layer", i);
            x = attention(layer.in("attention"), x, toItself);
            x = toOthers == null ? x : attention(layer.in("crossattention"), x, toOthers);
            Operand<TFloat32> fed =
                    layer.feedForward(x, tower.inner(), tower.activation(), "intermediate.dense", "output.dense");
            x = layer.norm(layer.add(x, fed), "output.LayerNorm", tower.epsilon());
        }
        return x;
    }

    private Operand<TFloat32> attention(Layers at, Operand<TFloat32> x, Attention attention) {
        return at.norm(at.add(x, attention.from(at, x)), "output.LayerNorm", tower.epsilon());
    }
}
