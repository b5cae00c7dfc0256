package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.Layers;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The perceiver resampler: a few learnt latents that attend to all states of a picture and to themselves (Alayrac et al.
 * 2022, section 2.1; transformers' {@code IdeficsPerceiverResampler}).
 */
final class Perceiver {

    private static final float EPSILON = 1e-5f;
    private static final int INNER = 4;

    private final FlamingoConfig.Resampler config;
    private final int width;

    Perceiver(FlamingoConfig.Resampler config, int width) {
        this.config = config;
        this.width = width;
    }

    /** Makes the states (B, T, D) of pictures into (B, latents, D). */
    Operand<TFloat32> resample(Layers at, Operand<TFloat32> states) {
        Operand<TFloat32> latents = at.repeated(at.weight("latents", config.latents(), width), states);
        for (int i = 0; i < config.depth(); i++) {
            Layers block = at.in("blocks", i);
            latents = at.add(latents, attend(block.in("0"), states, latents));
            latents = at.add(latents, feedForward(block.in("1"), latents));
        }
        return at.norm(latents, "layer_norm", EPSILON);
    }

    private Operand<TFloat32> attend(Layers at, Operand<TFloat32> states, Operand<TFloat32> latents) {
        Operand<TFloat32> asking = at.norm(latents, "latents_layer_norm", EPSILON);
        Operand<TFloat32> asked = at.tf()
                .concat(
                        List.of(at.norm(states, "context_layer_norm", EPSILON), asking),
                        at.tf().constant(1));
        Operand<TFloat32> q = normed(at, at.projection(asking, "q_proj", config.inner()), "q_layer_norm");
        Operand<TFloat32> k = normed(at, at.projection(asked, "k_proj", config.inner()), "k_layer_norm");
        Operand<TFloat32> v = at.projection(asked, "v_proj", config.inner());
        return at.projection(at.attend(q, k, v, config.heads(), null), "output_proj", width);
    }

    private Operand<TFloat32> normed(Layers at, Operand<TFloat32> x, String name) {
        return config.normed() ? at.byHead(x, config.heads(), head -> at.norm(head, name, EPSILON)) : x;
    }

    private Operand<TFloat32> feedForward(Layers at, Operand<TFloat32> x) {
        Operand<TFloat32> inner = at.projection(at.norm(x, "ln", EPSILON), "fc", INNER * width);
        return at.projection(at.activation(inner, Activation.RELU), "c_proj", width);
    }
}
