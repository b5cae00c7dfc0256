package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The image tower of SigLIP, a pre-norm ViT that is pooled by attention (Zhai et al. 2023; Zhai et al. 2022). */
final class SiglipVision {

    private final Tower tower;
    private final PatchGrid picture;

    SiglipVision(SiglipConfig.Vision config) {
        this.tower = config.tower();
        this.picture = config.picture();
    }

    /** Encodes pictures (B, S, S, 3) into normalised hidden states (B, patches, D). */
    Operand<TFloat32> encode(Layers at, Operand<TFloat32> pixels) {
        Operand<TFloat32> x = new Encoder(at.in("encoder"), tower, null).all(embeddings(at.in("embeddings"), pixels));
        return at.norm(x, "post_layernorm", tower.epsilon());
    }

    /** Returns what a learnt probe finds in hidden states (B, T, D): (B, D). */
    Operand<TFloat32> pool(Layers at, Operand<TFloat32> hidden) {
        Ops tf = at.tf();
        Operand<TFloat32> probe = at.weight("probe", 1, 1, tower.width());
        Operand<TFloat32> x = at.in("attention").packedAttention(probe, hidden, tower.heads());
        Operand<TFloat32> normed = at.norm(x, "layernorm", tower.epsilon());
        x = at.add(x, at.in("mlp").feedForward(normed, tower.inner(), tower.activation()));
        return tf.gather(x, tf.constant(0), tf.constant(1));
    }

    private Operand<TFloat32> embeddings(Layers at, Operand<TFloat32> pixels) {
        Operand<TFloat32> x = at.patches(pixels, "patch_embedding", picture.patch(), tower.width());
        x = at.add(x, at.weight("patch_embedding.bias", tower.width()));
        return at.add(x, at.weight("position_embedding.weight", picture.patches(), tower.width()));
    }
}
