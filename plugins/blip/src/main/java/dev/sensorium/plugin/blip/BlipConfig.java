package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.PatchGrid;
import dev.sensorium.kit.nn.Tower;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;

/**
 * The sizes of a BLIP model, from its {@code config.json}; an absent key means what transformers' classes say.
 *
 * @param text the text model, and the decoder where there is one
 * @param vision the image tower
 * @param dimensions the length of an embedding, where there are any
 */
record BlipConfig(Text text, Vision vision, int dimensions) {

    private static final String FILE = "config.json";
    private static final int MAX_SIZE = 1 << 16;

    /** Published models have 12 heads and say so: an absent key means 8 all the same. */
    private static final Tower TEXT = new Tower(768, 3072, 12, 8, Activation.GELU, 1e-12f);

    private static final Tower VISION = new Tower(768, 3072, 12, 12, Activation.GELU, 1e-5f);
    private static final PatchGrid PICTURE = new PatchGrid(384, 16);

    /**
     * The text model.
     *
     * @param tower its transformer
     * @param vocabulary how many token ids there are
     * @param context how many tokens a text may have
     * @param tokens those with a meaning of their own
     */
    record Text(Tower tower, int vocabulary, int context, Tokens tokens) {

        Text {
            require("bos_token_id", tokens.begin, vocabulary);
            require("sep_token_id", tokens.end, vocabulary);
            require("pad_token_id", tokens.pad, vocabulary);
        }

        private static void require(String key, int token, int vocabulary) {
            if (token < 0 || token >= vocabulary) {
                throw new ModelException(
                        Reason.INVALID_CHECKPOINT,
                        "%s: text_config.%s: %d (expected: 0 to %d)".formatted(FILE, key, token, vocabulary - 1));
            }
        }
    }

    /**
     * Tokens with a meaning of their own.
     *
     * @param begin what a text begins with that is generated, {@code bos_token_id}
     * @param end what ends it, {@code sep_token_id}; the config's {@code eos_token_id} means nothing
     * @param pad what fills up texts that are read side by side
     */
    record Tokens(int begin, int end, int pad) {}

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

    /** Reads the configuration of a checkpoint folder. */
    static BlipConfig read(Path folder) {
        HubConfig config = HubConfig.read(folder, FILE);
        HubConfig text = config.object("text_config");
        HubConfig vision = config.object("vision_config");
        requireTied(config);
        requireTied(text);
        return new BlipConfig(
                new Text(
                        Tower.read(text, TEXT),
                        text.integer("vocab_size", 1).orElse(30_524),
                        text.integer("max_position_embeddings", 1, MAX_SIZE).orElse(512),
                        new Tokens(
                                text.integer("bos_token_id", 0).orElse(30_522),
                                text.integer("sep_token_id", 0).orElse(102),
                                text.integer("pad_token_id", 0).orElse(0))),
                new Vision(Tower.read(vision, VISION), PatchGrid.read(vision, PICTURE)),
                config.integer("image_text_hidden_size", 1, MAX_SIZE).orElse(256));
    }

    /**
     * Requires that states of pictures and of texts are of one width, as a decoder does that attends to questions: its
     * weights are as wide as the image tower.
     */
    void requireOneWidth() {
        int expected = text.tower().width();
        if (vision.tower().width() != expected) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "%s: vision_config.hidden_size: %d (expected: %d, text_config.hidden_size)"
                            .formatted(FILE, vision.tower().width(), expected));
        }
    }

    /** Requires that the logits are made with the table of the tokens, as all published models have it. */
    private static void requireTied(HubConfig config) {
        if (!config.bool("tie_word_embeddings").orElse(true)) {
            throw config.refuse("tie_word_embeddings", false, "true");
        }
    }
}
