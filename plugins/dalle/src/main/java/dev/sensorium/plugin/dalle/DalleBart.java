package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Rows;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The transformer of DALL-E mini: a BART (Lewis et al. 2020) with the norms of NormFormer (Shleifer et al. 2021) and gated
 * linear units (Shazeer 2020), by min-dalle's {@code DalleBartEncoder} and {@code DalleBartDecoder}.
 */
final class DalleBart {

    private static final AttentionNames NAMES =
            new AttentionNames(List.of("q_proj", "k_proj", "v_proj"), false, "out_proj", false);

    /** PyTorch's own, which no configuration mentions. */
    private static final float EPSILON = 1e-5f;

    private final DalleConfig config;

    DalleBart(DalleConfig config) {
        this.config = config;
    }

    /** Encodes the token ids (B, T) of prompts into states (B, T, D). */
    Operand<TFloat32> encode(Layers at, Operand<TInt32> ids) {
        DalleConfig.Text text = config.text();
        DalleConfig.Part part = config.encoder();
        Operand<TFloat32> x = at.add(
                at.embedding(ids, "embed_tokens", text.vocabulary(), config.width()),
                at.positions(ids, "embed_positions", text.length(), config.width()));
        x = at.norm(x, "layernorm_embedding", EPSILON);
        for (int i = 0; i < part.layers(); i++) {
            Layers layer = at.in("layers", i);
            x = attended(layer, x, "self_attn", (place, h) -> place.attention(h, part.heads(), NAMES, null));
            x = at.add(x, gated(layer.in("glu"), x, part));
        }
        return at.norm(x, "final_ln", EPSILON);
    }

    /** Decodes new codes into states (B, T, D); the memory are the states of the prompt. */
    Operand<TFloat32> decode(Layers at, Rows rows, Memory memory) {
        DalleConfig.Codes codes = config.codes();
        DalleConfig.Part part = config.decoder();
        Operand<TFloat32> x = at.add(
                at.embedding(rows.ids(), "embed_tokens", codes.table(), config.width()),
                at.embedding(rows.positions(), "embed_positions", codes.length(), config.width()));
        x = at.norm(x, "layernorm_embedding", EPSILON);
        for (int i = 0; i < part.layers(); i++) {
            Layers layer = at.in("layers", i);
            x = attended(layer, x, "self_attn", (place, h) -> place.cachedAttention(h, part.heads(), NAMES, rows));
            x = attended(
                    layer, x, "encoder_attn", (place, h) -> place.keptCrossAttention(h, part.heads(), NAMES, memory));
            x = at.add(x, gated(layer.in("glu"), x, part));
        }
        return at.norm(x, "final_ln", EPSILON);
    }

    /** Returns the logits (N, V) of the code that follows states (N, D), V being how many codes the VQGAN knows. */
    Operand<TFloat32> logits(Layers at, Operand<TFloat32> states) {
        return at.firstLogits(
                states,
                "lm_head.weight",
                config.codes().table(),
                config.vqgan().codebook().size());
    }

    /** Adds to x what is attended to, normalised before and after. */
    private static Operand<TFloat32> attended(
            Layers at,
            Operand<TFloat32> x,
            String name,
            BiFunction<Layers, Operand<TFloat32>, Operand<TFloat32>> attention) {
        Operand<TFloat32> h = at.norm(x, "pre_" + name + "_layer_norm", EPSILON);
        h = attention.apply(at.in(name), h);
        return at.add(x, at.norm(h, name + "_layer_norm", EPSILON));
    }

    /** Returns fc2(ln1(gelu(fc0 z)·fc1 z)), z being ln0(x), (B, T, D). */
    private static Operand<TFloat32> gated(Layers at, Operand<TFloat32> x, DalleConfig.Part part) {
        return at.normedGate(at.norm(x, "ln0", EPSILON), part.inner(), part.activation(), EPSILON);
    }
}
