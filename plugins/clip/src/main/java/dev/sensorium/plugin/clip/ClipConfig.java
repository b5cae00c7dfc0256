package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.nio.file.Path;

/**
 * The sizes of a CLIP model, from its {@code config.json}; an absent key means what transformers' classes say.
 *
 * @param text the text tower
 * @param vision the image tower
 * @param dimensions the length of an embedding
 */
record ClipConfig(Text text, Vision vision, int dimensions) {

    /** The id that old files give as {@code eos_token_id}: it stands for another rule, see {@link Text#end}. */
    private static final int LEGACY_END = 2;

    private static final Tower TEXT = new Tower(512, 2048, 12, 8, Activation.QUICK_GELU, 1e-5f);
    private static final Tower VISION = new Tower(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5f);
    private static final PatchGrid PICTURE = new PatchGrid(224, 32);

    /**
     * The text tower.
     *
     * @param tower its transformer
     * @param vocabulary how many token ids there are
     * @param context how many tokens a text may have
     * @param endToken the config's {@code eos_token_id}
     */
    record Text(Tower tower, int vocabulary, int context, int endToken) {

        /**
         * Returns the position whose hidden state stands for the text: the first end token. Published files say 2 where
         * their end token is 49407; for them it is the first of the largest ids.
         */
        int end(int[] ids) {
            int end = 0;
            for (int i = 1; i < ids.length; i++) {
                boolean better =
                        endToken == LEGACY_END ? ids[i] > ids[end] : ids[i] == endToken && ids[end] != endToken;
                end = better ? i : end;
            }
            return end;
        }
    }

    /**
     * The image tower.
     *
     * @param tower its transformer
     * @param picture the pictures that it takes
     */
    record Vision(Tower tower, PatchGrid picture) {}

    /** Reads the configuration of a checkpoint folder. */
    static ClipConfig read(Path folder) {
        HubConfig config = HubConfig.read(folder, "config.json");
        HubConfig text = part(config, "text_config");
        HubConfig vision = part(config, "vision_config");
        return new ClipConfig(
                new Text(
                        Tower.read(text, TEXT),
                        text.integer("vocab_size", 1).orElse(49_408),
                        text.integer("max_position_embeddings", 1, 1 << 16).orElse(77),
                        text.integer("eos_token_id", 0).orElse(49_407)),
                new Vision(Tower.read(vision, VISION), PatchGrid.read(vision, PICTURE)),
                config.integer("projection_dim", 1, 1 << 16).orElse(512));
    }

    /** Returns a tower's part of the file. Old files hold it twice; the one named "_dict" is the one that counts. */
    private static HubConfig part(HubConfig config, String name) {
        return config.object(config.has(name + "_dict") ? name + "_dict" : name);
    }
}
