package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Rotary;
import dev.sensorium.kit.nn.Rows;
import dev.sensorium.kit.nn.Tower;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The language model of Flamingo: a LLaMA (Touvron et al. 2023, section 2.2) with a gated cross-attention layer before
 * every so many of its own (Alayrac et al. 2022, section 2.2; transformers' {@code IdeficsModel}).
 */
final class FlamingoText {

    private static final AttentionNames NAMES =
            new AttentionNames(List.of("q_proj", "k_proj", "v_proj"), false, "o_proj", false);

    private final FlamingoConfig.Text config;
    private final FlamingoConfig.Gates gates;
    private final Tower tower;

    FlamingoText(FlamingoConfig config) {
        this.config = config.text();
        this.gates = config.gates();
        this.tower = config.text().tower();
    }

    /** Decodes new tokens into states (B, T, D); the memory are the pictures, of which each token sees one. */
    Operand<TFloat32> decode(Layers at, Rows rows, Memory memory) {
        Rotary rotary = Rotary.of(at, rows, config.headWidth(), config.ropeBase());
        Operand<TFloat32> x = embeddings(at, rows.ids());
        for (int i = 0; i < tower.layers(); i++) {
            if (i % gates.interval() == 0) {
                x = gated(at.in("gated_cross_attn_layers", i / gates.interval()), x, memory);
            }
            Layers layer = at.in("layers", i);
            Operand<TFloat32> normed = layer.rmsNorm(x, "input_layernorm", tower.epsilon());
            x = at.add(x, layer.in("self_attn").cachedAttention(normed, tower.heads(), NAMES, rows, rotary));
            x = at.add(x, feedForward(layer, x));
        }
        return at.rmsNorm(x, "norm", tower.epsilon());
    }

    /** Returns the logits (N, V) of what follows states (N, D): of the words, then of the tokens that were added. */
    Operand<TFloat32> logits(Layers at, Operand<TFloat32> states) {
        String table = config.tied() ? "model.embed_tokens" : "lm_head";
        Operand<TFloat32> words = at.logits(states, table + ".weight", null, config.words());
        if (config.added() == 0) {
            return words;
        }
        String more = config.tied() ? ".additional_embedding.weight" : ".additional_fc.weight";
        Operand<TFloat32> added = at.logits(states, table + more, null, config.added());
        return at.tf().concat(List.of(words, added), at.tf().constant(1));
    }

    /** Looks up ids (B, T), those that were added in a table of their own: (B, T, D). */
    private Operand<TFloat32> embeddings(Layers at, Operand<TInt32> ids) {
        if (config.added() == 0) {
            return at.embedding(ids, "embed_tokens", config.words(), tower.width());
        }
        Ops tf = at.tf();
        Operand<TInt32> none = tf.constant(0);
        Operand<TInt32> place = tf.math.sub(ids, tf.constant(config.words()));
        Operand<TBool> isAdded = tf.math.greaterEqual(place, none);
        Operand<TFloat32> words =
                at.embedding(tf.select(isAdded, none, ids), "embed_tokens", config.words(), tower.width());
        Operand<TFloat32> added = at.embedding(
                tf.select(isAdded, place, none), "embed_tokens.additional_embedding", config.added(), tower.width());
        return tf.select(tf.expandDims(isAdded, tf.constant(2)), added, words);
    }

    private Operand<TFloat32> gated(Layers at, Operand<TFloat32> x, Memory memory) {
        Ops tf = at.tf();
        Operand<TFloat32> seen = look(at.in("cross_attn"), at.rmsNorm(x, "input_layernorm", tower.epsilon()), memory);
        // A token that sees nothing is left as it is.
        seen = tf.math.mul(seen, memory.seeing());
        x = at.add(x, tf.math.mul(tf.math.tanh(gate(at, "alpha_cross_attn")), seen));
        return at.add(x, tf.math.mul(tf.math.tanh(gate(at, "alpha_dense")), feedForward(at, x)));
    }

    private Operand<TFloat32> look(Layers at, Operand<TFloat32> x, Memory memory) {
        int width = tower.width();
        Operand<TFloat32> q = normed(at, at.projection(x, "q_proj", width), "q_layer_norm");
        Operand<TFloat32> k = memory.kept(states -> normed(at, at.projection(states, "k_proj", width), "k_layer_norm"));
        Operand<TFloat32> v = memory.kept(states -> at.projection(states, "v_proj", width));
        return at.projection(at.attend(q, k, v, tower.heads(), memory.partMask()), "o_proj", width);
    }

    private Operand<TFloat32> normed(Layers at, Operand<TFloat32> x, String name) {
        return gates.normed() ? at.byHead(x, tower.heads(), head -> at.rmsNorm(head, name, tower.epsilon())) : x;
    }

    private Operand<TFloat32> gate(Layers at, String name) {
        return gates.vector() ? at.weight(name, 1, 1, tower.width()) : at.weight(name, 1);
    }

    private Operand<TFloat32> feedForward(Layers at, Operand<TFloat32> x) {
        Operand<TFloat32> normed = at.rmsNorm(x, "post_attention_layernorm", tower.epsilon());
        return at.in("mlp").gatedFeedForward(normed, tower.inner(), tower.activation());
    }
}
