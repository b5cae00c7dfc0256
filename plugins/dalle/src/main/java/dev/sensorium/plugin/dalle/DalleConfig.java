package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Arrays;
import java.util.List;

/**
 * The sizes of a DALL-E, from its {@code config.json}; an absent key means what dalle-mini's {@code DalleBartConfig} says.
 * What the published files leave open, the shapes of the weights tell.
 *
 * @param width D, the length of a hidden state
 * @param encoder what reads prompts
 * @param decoder what draws codes
 * @param text the prompts
 * @param codes the codes of pictures
 * @param vqgan what makes pictures of them
 */
record DalleConfig(int width, Part encoder, Part decoder, Text text, Codes codes, VqganConfig vqgan) {

    /** Where it is in a checkpoint folder. */
    static final String FILE = "config.json";

    private static final int MAX_SIZE = 1 << 16;
    private static final int MAX_LAYERS = 1 << 10;

    /** Variants of the transformer that no published checkpoint has. */
    private static final List<String> ABSENT = List.of(
            "use_bias",
            "use_head_scale",
            "use_cosine_attention",
            "use_swin_position_embeddings",
            "use_deepnet_scaling",
            "use_alibi",
            "use_subln_init",
            "scale_embedding",
            "tie_word_embeddings");

    /** Variants that all have. */
    private static final List<String> PRESENT =
            List.of("use_glu", "use_absolute_position_embeddings", "use_final_ln_encoder", "use_final_ln_decoder");

    /**
     * The encoder, or the decoder.
     *
     * @param layers how many
     * @param heads into how many parts attention divides D
     * @param inner the width inside of the gated linear unit
     * @param activation its non-linearity
     */
    record Part(int layers, int heads, int inner, Activation activation) {}

    /**
     * The prompts.
     *
     * @param vocabulary how many token ids there are
     * @param length the most tokens of a prompt
     * @param normalized whether prompts are simplified before they are taken apart
     */
    record Text(int vocabulary, int length, boolean normalized) {}

    /**
     * The codes of pictures, as the decoder knows them.
     *
     * @param table how many ids it has a state for, more than there are codes
     * @param length how many codes a picture has
     * @param start the id that comes before the first
     */
    record Codes(int table, int length, int start) {}

    /** Reads a configuration, {@link #FILE}, of these weights. */
    static DalleConfig of(HubConfig config, Weights weights) {
        requireVariant(config);
        int width = config.integer("d_model", 1, MAX_SIZE).orElse(1024);
        VqganConfig vqgan = VqganConfig.read(config.object("vqgan"));
        Text text = new Text(
                config.integer("encoder_vocab_size", 3).orElse(50_264),
                config.integer("max_text_length", 2, MAX_SIZE).orElse(64),
                config.bool("normalize_text").orElse(false));
        return new DalleConfig(
                width,
                part(config, "encoder", width, weights),
                part(config, "decoder", width, weights),
                text,
                codes(config, vqgan, rows(weights, "decoder.embed_tokens.weight")),
                vqgan);
    }

    private static Part part(HubConfig config, String name, int width, Weights weights) {
        int layers = config.integer(name + "_layers", 1, MAX_LAYERS).orElse(12);
        int heads = config.integer(name + "_attention_heads", 1, MAX_SIZE).orElse(16);
        if (width % heads != 0) {
            throw config.refuse(name + "_attention_heads", heads, "a divisor of d_model, " + width);
        }
        int inner = config.has("glu_dim")
                ? config.integer("glu_dim", 1, MAX_SIZE).required()
                : rows(weights, name + ".layers.0.glu.fc0.weight");
        Activation activation =
                config.choice("activation_function", Activation.byName()).orElse(Activation.GELU);
        return new Part(layers, heads, inner, activation);
    }

    private static Codes codes(HubConfig config, VqganConfig vqgan, int table) {
        int most = config.integer("image_vocab_size", 1).orElse(1 << 14);
        int known = Math.min(table, most);
        if (vqgan.codebook().size() > known) {
            throw config.refuse(
                    "vqgan.n_embed", vqgan.codebook().size(), "<= %d, the ids of the decoder".formatted(known));
        }
        int start = config.integer("decoder_start_token_id", 0).orElse(most);
        if (start >= table) {
            throw config.refuse("decoder_start_token_id", start, "< %d, the ids of the decoder".formatted(table));
        }
        int length = config.integer("image_length", 1, MAX_SIZE).orElse(256);
        if (length != vqgan.codes()) {
            throw config.refuse("image_length", length, "%d, as the vqgan makes a picture of".formatted(vqgan.codes()));
        }
        return new Codes(table, length, start);
    }

    private static void requireVariant(HubConfig config) {
        ABSENT.forEach(key -> require(config, key, false));
        PRESENT.forEach(key -> require(config, key, true));
        require(config, "ln_positions", "normformer");
        require(config, "ln_type", "layernorm");
    }

    private static void require(HubConfig config, String key, boolean expected) {
        if (config.bool(key).orElse(expected) != expected) {
            throw config.refuse(key, !expected, String.valueOf(expected));
        }
    }

    private static void require(HubConfig config, String key, String expected) {
        String value = config.string(key).orElse(expected);
        if (!value.equals(expected)) {
            throw config.refuse(key, value, expected);
        }
    }

    /** Returns how many rows a stored matrix has. */
    private static int rows(Weights weights, String name) {
        long[] shape = weights.tensor(name).shape();
        if (shape.length != 2 || shape[0] > Integer.MAX_VALUE) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "tensor %s: shape %s (expected: a matrix)".formatted(name, Arrays.toString(shape)));
        }
        return (int) shape[0];
    }
}
