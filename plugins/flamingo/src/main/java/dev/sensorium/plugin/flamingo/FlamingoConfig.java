package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The sizes of a Flamingo model, from its {@code config.json}; an absent key means what transformers'
 * {@code IdeficsConfig} says.
 *
 * @param text the language model
 * @param gates the layers that let it see
 * @param vision the image tower
 * @param resampler what makes few states of many; empty if texts see the tower's own
 */
record FlamingoConfig(Text text, Gates gates, Vision vision, Optional<Resampler> resampler) {

    private static final String FILE = "config.json";
    private static final int MAX_SIZE = 1 << 16;
    private static final int MAX_LAYERS = 1 << 10;
    private static final double ROPE_BASE = 10_000;

    private static final Tower TEXT = new Tower(4096, 11008, 32, 32, Activation.SILU, 1e-6f);
    private static final Tower VISION = new Tower(768, 5120, 32, 16, Activation.GELU, 1e-5f);
    private static final PatchGrid PICTURE = new PatchGrid(224, 14);

    /**
     * The language model, a LLaMA.
     *
     * @param tower its transformer
     * @param words how many token ids it had when it could not see
     * @param added how many follow these
     * @param context how many tokens a prompt and what follows it may have
     * @param ropeBase of the turns that tell positions
     * @param tied whether logits are made with the tables of the tokens
     */
    record Text(Tower tower, int words, int added, int context, double ropeBase, boolean tied) {

        /** Returns how many token ids there are. */
        int vocabulary() {
            return words + added;
        }

        /** Returns the width of a head. */
        int headWidth() {
            return tower.width() / tower.heads();
        }
    }

    /**
     * The layers that let a language model see, before every so many of its own.
     *
     * @param interval how many
     * @param normed whether queries and keys are normalised
     * @param vector whether there is a gate for each number of a state, and not one for all
     */
    record Gates(int interval, boolean normed, boolean vector) {}

    /**
     * The image tower.
     *
     * @param tower its transformer
     * @param picture the pictures that it takes
     */
    record Vision(Tower tower, PatchGrid picture) {

        /** Returns the number of states of a picture: one for the whole and one for each patch. */
        int states() {
            return 1 + picture.patches();
        }
    }

    /**
     * The perceiver resampler (Alayrac et al. 2022, section 2.1).
     *
     * @param latents how many states it makes
     * @param depth how many blocks
     * @param heads of each
     * @param headWidth the width of a head
     * @param normed whether queries and keys are normalised
     */
    record Resampler(int latents, int depth, int heads, int headWidth, boolean normed) {

        /** Returns the width of all heads. */
        int inner() {
            return heads * headWidth;
        }
    }

    /** Returns how many states of a picture a text sees. */
    int states() {
        return resampler.map(Resampler::latents).orElse(vision.states());
    }

    /** Returns the number of layers that let the language model see. */
    int gatedLayers() {
        return text.tower().layers() / gates.interval();
    }

    /** Reads the configuration of a checkpoint folder. */
    static FlamingoConfig read(Path folder) {
        HubConfig config = HubConfig.read(folder, FILE);
        Text text = text(config);
        return new FlamingoConfig(text, gates(config, text), vision(config.object("vision_config")), resampler(config));
    }

    private static Text text(HubConfig config) {
        Tower sizes = Tower.read(config, TEXT);
        float epsilon =
                config.positive("rms_norm_eps").orElse((double) TEXT.epsilon()).floatValue();
        Tower tower =
                new Tower(sizes.width(), sizes.inner(), sizes.layers(), sizes.heads(), sizes.activation(), epsilon);
        if (tower.width() / tower.heads() % 2 != 0) {
            throw config.refuse("num_attention_heads", tower.heads(), "heads of an even width");
        }
        return new Text(
                tower,
                config.integer("vocab_size", 1).orElse(32_000),
                config.integer("additional_vocab_size", 0).orElse(0),
                config.integer("max_position_embeddings", 1, MAX_SIZE).orElse(2048),
                ropeBase(config),
                config.bool("tie_word_embeddings").orElse(false));
    }

    /** Returns the base of the turns, which newer files have in an object of its own. */
    private static double ropeBase(HubConfig config) {
        HubConfig rope = config.object("rope_parameters");
        String type = rope.string("rope_type").orElse("default");
        if (!type.equals("default")) {
            throw rope.refuse("rope_type", type, "default");
        }
        return rope.positive("rope_theta").orElse(config.positive("rope_theta").orElse(ROPE_BASE));
    }

    private static Gates gates(HubConfig config, Text text) {
        int interval = config.integer("cross_layer_interval", 1, MAX_LAYERS).orElse(1);
        if (text.tower().layers() % interval != 0) {
            throw config.refuse(
                    "cross_layer_interval",
                    interval,
                    "a divisor of num_hidden_layers, " + text.tower().layers());
        }
        boolean vector = config.string("alpha_type").orElse("float").equals("vector");
        return new Gates(interval, config.bool("qk_layer_norms").orElse(false), vector);
    }

    /** Reads the image tower, whose width has a name of its own. */
    private static Vision vision(HubConfig config) {
        int width = config.integer("embed_dim", 1, MAX_SIZE).orElse(VISION.width());
        Tower absent = new Tower(
                width, VISION.inner(), VISION.layers(), VISION.heads(), VISION.activation(), VISION.epsilon());
        return new Vision(Tower.read(config, absent), PatchGrid.read(config, PICTURE));
    }

    private static Optional<Resampler> resampler(HubConfig config) {
        if (!config.bool("use_resampler").orElse(false)) {
            return Optional.empty();
        }
        HubConfig perceiver = config.object("perceiver_config");
        return Optional.of(new Resampler(
                perceiver.integer("resampler_n_latents", 1, MAX_SIZE).orElse(64),
                perceiver.integer("resampler_depth", 1, MAX_LAYERS).orElse(6),
                perceiver.integer("resampler_n_heads", 1, MAX_SIZE).orElse(16),
                perceiver.integer("resampler_head_dim", 1, MAX_SIZE).orElse(96),
                perceiver.bool("qk_layer_norms_perceiver").orElse(false)));
    }
}
