package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.HubConfig;

/**
 * The sizes of a transformer, as a {@code text_config} or {@code vision_config} states them.
 *
 * @param width D, the length of a hidden state
 * @param inner the width inside of a feed-forward layer
 * @param layers how many blocks
 * @param heads into how many parts attention divides D
 * @param activation the feed-forward layers' non-linearity
 * @param epsilon what layer norms add to the variance
 */
public record Tower(int width, int inner, int layers, int heads, Activation activation, float epsilon) {

    private static final int MAX_SIZE = 1 << 16;
    private static final int MAX_LAYERS = 1 << 10;

    /** Reads a tower; a key that is absent means the size that is given. */
    public static Tower read(HubConfig config, Tower absent) {
        int width = config.integer("hidden_size", 1, MAX_SIZE).orElse(absent.width);
        int heads = config.integer("num_attention_heads", 1, MAX_SIZE).orElse(absent.heads);
        if (width % heads != 0) {
            throw config.refuse("num_attention_heads", heads, "a divisor of hidden_size, " + width);
        }
        return new Tower(
                width,
                config.integer("intermediate_size", 1, MAX_SIZE).orElse(absent.inner),
                config.integer("num_hidden_layers", 1, MAX_LAYERS).orElse(absent.layers),
                heads,
                config.choice("hidden_act", Activation.byName()).orElse(absent.activation),
                config.positive("layer_norm_eps")
                        .orElse((double) absent.epsilon)
                        .floatValue());
    }
}
