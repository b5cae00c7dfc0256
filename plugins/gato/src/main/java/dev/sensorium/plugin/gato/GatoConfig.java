package dev.sensorium.plugin.gato;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.nio.file.Path;

/**
 * The sizes of a Gato model, from its {@code config.json}.
 *
 * @param tower the decoder
 * @param context how many tokens it sees at most
 * @param layout which ids mean what
 * @param pictures the pictures that it sees
 * @param kept how many of the last timesteps are read again when the context is full
 * @param texts what it writes
 */
record GatoConfig(Tower tower, int context, Layout layout, Pictures pictures, int kept, Texts texts) {

    private static final String FILE = "config.json";
    private static final int MAX_SIZE = 1 << 16;

    /**
     * The pictures that it sees.
     *
     * @param grid how they are cut into patches
     * @param intervals how many numbered places there are along a side
     * @param channels of the residual block that a patch goes through before it is projected; 0 where there is none
     */
    record Pictures(PatchGrid grid, int intervals, int channels) {

        /** Returns the numbered places of the patches along a side: the middle ones of those that each covers. */
        int[] places() {
            int side = grid.side() / grid.patch();
            int[] places = new int[side];
            for (int i = 0; i < side; i++) {
                places[i] = (i * intervals / side + (i + 1) * intervals / side) / 2;
            }
            return places;
        }
    }

    /**
     * What it writes.
     *
     * @param end the id that ends a text
     * @param captionPrompt what asks for a description of a picture
     */
    record Texts(int end, String captionPrompt) {}

    /** Reads the configuration of a checkpoint folder. */
    static GatoConfig read(Path folder) {
        HubConfig config = HubConfig.read(folder, FILE);
        if (!config.bool("tie_word_embeddings").orElse(true)) {
            throw config.refuse("tie_word_embeddings", false, "true");
        }
        int context = config.integer("n_positions", 2, MAX_SIZE).required();
        Layout layout = layout(config, context);
        PatchGrid grid = PatchGrid.read(config, new PatchGrid(224, 16));
        if (grid.patches() > layout.places()) {
            throw config.refuse("local_positions", layout.places(), ">= %d, the patches".formatted(grid.patches()));
        }
        return new GatoConfig(
                tower(config),
                context,
                layout,
                new Pictures(
                        grid,
                        config.integer("patch_intervals", grid.side() / grid.patch(), MAX_SIZE)
                                .required(),
                        channels(config)),
                config.integer("kept_timesteps", 0, context).required(),
                new Texts(
                        config.integer("eos_token_id", 0, layout.textSize() - 1).required(),
                        config.string("caption_prompt").required()));
    }

    private static int channels(HubConfig config) {
        int channels = config.integer("patch_channels", 0, MAX_SIZE).orElse(0);
        if (channels % ResidualBlock.GROUPS != 0) {
            throw config.refuse("patch_channels", channels, "a multiple of " + ResidualBlock.GROUPS);
        }
        return channels;
    }

    private static Tower tower(HubConfig config) {
        int width = config.integer("n_embd", 1, MAX_SIZE).required();
        int heads = config.integer("n_head", 1, MAX_SIZE).required();
        if (width % heads != 0) {
            throw config.refuse("n_head", heads, "a divisor of n_embd, " + width);
        }
        return new Tower(
                width,
                config.integer("n_inner", 1, MAX_SIZE).orElse(4 * width),
                config.integer("n_layer", 1, 1024).required(),
                heads,
                config.choice("activation_function", Activation.byName()).orElse(Activation.GELU_NEW),
                config.positive("layer_norm_epsilon").orElse(1e-5).floatValue());
    }

    private static Layout layout(HubConfig config, int context) {
        int size = config.integer("vocab_size", 1, 1 << 20).required();
        int discreteStart = config.integer("discrete_start", 0, size - 1).required();
        int continuousStart = config.integer("continuous_start", 0, size - 1).required();
        MuLaw numbers = new MuLaw(
                config.positive("mu").orElse(100.0),
                config.positive("mu_law_largest").orElse(256.0),
                config.integer("continuous_bins", 2, size - continuousStart).required());
        return new Layout(
                config.integer("text_size", 1, size).required(),
                discreteStart,
                config.integer("discrete_size", 1, size - discreteStart).required(),
                continuousStart,
                numbers,
                config.integer("separator_token_id", 0, size - 1).required(),
                config.integer("local_positions", 1, 1024).required(),
                size,
                context);
    }
}
