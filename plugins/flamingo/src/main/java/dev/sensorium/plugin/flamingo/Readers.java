package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.image.ImageDefaults;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.image.VideoReader;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Text;
import java.util.HashMap;
import java.util.Map;

/**
 * What a Flamingo model reads its inputs with.
 *
 * @param images pictures
 * @param videos videos, as some of their frames
 * @param texts texts
 * @param tokens those with a meaning of their own
 * @param mostPictures how many pictures a prompt may have
 */
record Readers(ImageReader images, VideoReader videos, TextReader texts, SpecialTokens tokens, int mostPictures)
        implements AutoCloseable {

    private static final String PREPROCESSOR = "preprocessor_config.json";

    /** Opens the readers of a checkpoint. */
    static Readers open(ModelSpec spec, FlamingoConfig config, int mostPictures) {
        int side = config.vision().picture().side();
        ImageReader images = ImageReader.open(spec, defaults(spec), side);
        FlamingoConfig.Text text = config.text();
        TextReader texts = TextReader.open(spec, text.vocabulary(), text.context());
        try {
            return new Readers(
                    images,
                    VideoReader.open(spec, images),
                    texts,
                    SpecialTokens.read(spec.folder(), texts.tokenizer()),
                    mostPictures);
        } catch (RuntimeException e) {
            texts.close();
            throw e;
        }
    }

    /**
     * Returns a text that a prompt may hold.
     *
     * @throws ModelException INVALID_INPUT if it is blank, or says that there is a picture where none is
     */
    String text(Text text) {
        String value = text.value();
        if (value.isBlank()) {
            throw invalid("text: blank (expected: a character that is not white space)");
        }
        if (value.contains(SpecialTokens.IMAGE) || value.contains(SpecialTokens.FAKE)) {
            throw invalid("text: \"%s\" or \"%s\" in it (expected: pictures as contents of their own)"
                    .formatted(SpecialTokens.IMAGE, SpecialTokens.FAKE));
        }
        return value;
    }

    /** Returns the ids of a prompt that is written as one text. */
    int[] ids(String prompt) {
        return texts.tokenizer().encodePlain(prompt);
    }

    /** Returns how many tokens a prompt and what follows it may have. */
    int context() {
        return texts.context();
    }

    /**
     * Returns the picture that each token sees: the last one up to the token, but none from before a text's end (Alayrac
     * et al. 2022, section 2.3); -1 for none.
     */
    int[] views(int[] ids) {
        int[] views = new int[ids.length];
        int picture = -1;
        boolean ended = false;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == tokens.image()) {
                picture++;
                ended = false;
            }
            views[i] = ended ? -1 : picture;
            ended |= ids[i] == tokens.end();
        }
        return views;
    }

    /**
     * Returns the card of a model.
     *
     * @param tolerance how near its numbers are
     */
    ModelCard card(NetworkOptions options, Weights weights, String tolerance) {
        Map<String, Long> limits = new HashMap<>(images.limits());
        limits.putAll(videos.limits());
        limits.put("text_tokens", (long) context());
        limits.put("pictures", (long) mostPictures);
        return new ModelCard(
                FlamingoModel.ARCHITECTURE,
                parameters(weights),
                options.precision().settingName(),
                "transformers %s in float32: %s".formatted(FlamingoModel.ARCHITECTURE, tolerance),
                limits);
    }

    @Override
    public void close() {
        texts.close();
    }

    /** Returns what an absent size means: the key that older files have in its place, or the class's own. */
    private static ImageDefaults defaults(ModelSpec spec) {
        int side = HubConfig.readIfPresent(spec.folder(), PREPROCESSOR)
                .integer("image_size", 1)
                .orElse(224);
        ImageDefaults clip = ImageDefaults.CLIP;
        return new ImageDefaults(side, true, true, false, clip.mean(), clip.deviation());
    }

    /** Returns the number of parameters; old files also hold the frequencies of turns, and position numbers. */
    private static long parameters(Weights weights) {
        return weights.names().stream()
                .filter(name -> !name.endsWith(".position_ids") && !name.endsWith(".inv_freq"))
                .mapToLong(name -> weights.tensor(name).elements())
                .sum();
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }
}
