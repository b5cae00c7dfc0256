package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The image tower of Flamingo, that of CLIP up to its last block (Radford et al. 2021, section 2.4; transformers'
 * {@code IdeficsVisionTransformer}): what comes after that block is not used.
 */
final class FlamingoVision {

    private final Tower tower;
    private final PatchGrid picture;
    private final int states;

    FlamingoVision(FlamingoConfig.Vision config) {
        this.tower = config.tower();
        this.picture = config.picture();
        this.states = config.states();
    }

    /** Encodes pictures (B, S, S, 3) into states (B, 1 + patches, D), that of the whole picture first. */
    Operand<TFloat32> encode(Layers at, Operand<TFloat32> pixels) {
        Operand<TFloat32> x = embeddings(at.in("embeddings"), pixels);
        x = at.norm(x, "pre_layrnorm", tower.epsilon()); // sic, in the checkpoint
        for (int i = 0; i < tower.layers(); i++) {
            x = block(at.in("encoder.layers", i), x);
        }
        return x;
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TFloat32> pixels) {
        Operand<TFloat32> patches = at.patches(pixels, "patch_embedding", picture.patch(), tower.width());
        Operand<TFloat32> first = at.repeated(at.weight("class_embedding", tower.width()), pixels);
        Operand<TFloat32> x = at.tf().concat(List.of(first, patches), at.tf().constant(1));
        return at.add(x, at.weight("position_embedding.weight", states, tower.width()));
    }

    private Operand<TFloat32> block(Layers at, Operand<TFloat32> x) {
        Operand<TFloat32> normed = at.norm(x, "layer_norm1", tower.epsilon());
        x = at.add(x, at.in("self_attn").attention(normed, tower.heads()));
        normed = at.norm(x, "layer_norm2", tower.epsilon());
        return at.add(x, at.in("mlp").feedForward(normed, tower.inner(), tower.activation()));
    }
}
