package dev.sensorium.kit.nn;

import java.util.List;

/**
 * Where an attention layer's weights lie, below the layer's own place.
 *
 * @param in the linear layers that make queries, keys and values: three, or one that makes all, in this order
 * @param inBiased whether these have biases
 * @param out the linear layer that joins the heads
 * @param outBiased whether this has a bias
 */
public record AttentionNames(List<String> in, boolean inBiased, String out, boolean outBiased) {

    /** {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code out_proj}, with biases. */
    public static final AttentionNames TRANSFORMERS = of(List.of("q_proj", "k_proj", "v_proj"), "out_proj");

    /** {@code self.query}, {@code self.key}, {@code self.value} and {@code output.dense}, with biases. */
    public static final AttentionNames BERT = of(List.of("self.query", "self.key", "self.value"), "output.dense");

    /** {@code c_attn}, which makes all three, and {@code c_proj}, with biases. */
    public static final AttentionNames GPT2 = of(List.of("c_attn"), "c_proj");

    public AttentionNames {
        in = List.copyOf(in);
        if (in.size() != 3 && in.size() != 1) {
            throw new IllegalArgumentException("in: %s (expected: three names, or one)".formatted(in));
        }
    }

    /** Returns layers of these names, all with biases. */
    public static AttentionNames of(List<String> in, String out) {
        return new AttentionNames(in, true, out, true);
    }
}
