package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The image tower of CLIP, a pre-norm ViT (Radford et al. 2021, section 2.4). */
final class ClipVision {

    private final Tower tower;
    private final PatchGrid picture;

    ClipVision(ClipConfig.Vision config) {
        this.tower = config.tower();
        this.picture = config.picture();
    }

    /** Encodes pictures (B, S, S, 3) into the last state (B, D) of the position that stands for the whole picture. */
    Operand<TFloat32> encode(Layers at, Operand<TFloat32> pixels) {
        Ops tf = at.tf();
        return encoder(at)
                .one(
                        embeddings(at, pixels),
                        states -> tf.gather(states, tf.constant(new int[] {0}), tf.constant(1)),
                        null);
    }

    /** Returns what stands for each picture, (B, D), of its state (B, D). */
    Operand<TFloat32> pool(Layers at, Operand<TFloat32> state) {
        return at.norm(state, "post_layernorm", tower.epsilon());
    }

    /** Returns the layers. */
    Encoder encoder(Layers at) {
        return new Encoder(at.in("encoder"), tower, null);
    }

    /** Returns what the layers take of pictures (B, S, S, 3): (B, 1 + patches, D), the whole picture's position first. */
    Operand<TFloat32> embeddings(Layers at, Operand<TFloat32> pixels) {
        Ops tf = at.tf();
        Layers own = at.in("embeddings");
        Operand<TFloat32> patches = own.patches(pixels, "patch_embedding", picture.patch(), tower.width());
        Operand<TFloat32> first = own.repeated(own.weight("class_embedding", tower.width()), pixels);
        Operand<TFloat32> x = tf.concat(List.of(first, patches), tf.constant(1));
        x = at.add(x, own.weight("position_embedding.weight", 1 + picture.patches(), tower.width()));
        return at.norm(x, "pre_layrnorm", tower.epsilon()); // sic, in the checkpoint
    }
}
