package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import java.nio.file.Path;

/**
 * The sizes of a SigLIP model, from its {@code config.json}; an absent key means what transformers' classes say.
 *
 * @param text the text tower
 * @param vision the image tower; its width is the length of an embedding
 */
record SiglipConfig(Text text, Vision vision) {

    private static final Tower TOWER = new Tower(768, 3072, 12, 12, Activation.GELU_PYTORCH_TANH, 1e-6f);
    private static final PatchGrid PICTURE = new PatchGrid(224, 16);

    /**
     * The text tower.
     *
     * @param tower its transformer
     * @param vocabulary how many token ids there are
     * @param context how many tokens every text is padded to
     * @param pad the id that it is padded with
     */
    record Text(Tower tower, int vocabulary, int context, int pad) {}

    /**
     * The image tower.
     *
     * @param tower its transformer
     * @param picture the pictures that it takes
     */
    record Vision(Tower tower, PatchGrid picture) {}

    /** Reads the configuration of a checkpoint folder. */
    static SiglipConfig read(Path folder) {
        HubConfig config = HubConfig.read(folder, "config.json");
        HubConfig text = config.object("text_config");
        HubConfig vision = config.object("vision_config");
        Tower textTower = Tower.read(text, TOWER);
        Tower visionTower = Tower.read(vision, TOWER);
        int dimensions = text.integer("projection_size", 1).orElse(textTower.width());
        if (dimensions != visionTower.width()) {
            throw text.refuse("projection_size", dimensions, visionTower.width() + ", vision_config.hidden_size");
        }
        int vocabulary = text.integer("vocab_size", 1).orElse(32_000);
        return new SiglipConfig(
                new Text(
                        textTower,
                        vocabulary,
                        text.integer("max_position_embeddings", 1, 1 << 16).orElse(64),
                        text.integer("pad_token_id", 0, vocabulary - 1).orElse(1)),
                new Vision(visionTower, PatchGrid.read(vision, PICTURE)));
    }

    int dimensions() {
        return vision.tower().width();
    }
}
