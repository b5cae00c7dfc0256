package dev.sensorium.plugin.blip;

import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The image tower of BLIP, a pre-norm ViT (Li et al. 2022, section 3.1; transformers' {@code BlipVisionModel}). */
final class BlipVision {

    private static final AttentionNames PACKED = AttentionNames.of(List.of("qkv"), "projection");

    private final Tower tower;
    private final PatchGrid picture;
    private final int states;

    BlipVision(BlipConfig.Vision config) {
        this.tower = config.tower();
        this.picture = config.picture();
        this.states = config.states();
    }

    /** Encodes pictures (B, S, S, 3) into normalised states (B, 1 + patches, D), that of the whole picture first. */
    Operand<TFloat32> encode(Layers at, Operand<TFloat32> pixels) {
        Operand<TFloat32> x = embeddings(at.in("embeddings"), pixels);
        for (int i = 0; i < tower.layers(); i++) {
            x = block(at.in("encoder.layers", i), x);
        }
        return at.norm(x, "post_layernorm", tower.epsilon());
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TFloat32> pixels) {
        Operand<TFloat32> patches = at.patches(pixels, "patch_embedding", picture.patch(), tower.width());
        patches = at.add(patches, at.weight("patch_embedding.bias", tower.width()));
        Operand<TFloat32> first = at.repeated(at.weight("class_embedding", 1, 1, tower.width()), pixels);
        Operand<TFloat32> x = at.tf().concat(List.of(first, patches), at.tf().constant(1));
        return at.add(x, at.weight("position_embedding", 1, states, tower.width()));
    }

    private Operand<TFloat32> block(Layers at, Operand<TFloat32> x) {
        Operand<TFloat32> normed = at.norm(x, "layer_norm1", tower.epsilon());
        x = at.add(x, at.in("self_attn").attention(normed, tower.heads(), PACKED, null));
        normed = at.norm(x, "layer_norm2", tower.epsilon());
        return at.add(x, at.in("mlp").feedForward(normed, tower.inner(), tower.activation()));
    }
}
