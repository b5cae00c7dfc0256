package dev.sensorium.plugin.clip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.image.PreparedFrames;
import dev.sensorium.kit.image.VideoReader;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a dual encoder reads its inputs with.
 *
 * @param images pictures
 * @param videos videos
 * @param texts texts
 */
record Readers(ImageReader images, VideoReader videos, TextReader texts) implements AutoCloseable {

    static final Set<Modality> MODALITIES = Set.of(Modality.TEXT, Modality.IMAGE, Modality.VIDEO);

    /**
     * Makes an item ready for its tower.
     *
     * @param padded makes a text's ids ready
     */
    Prepared prepare(Content content, PrepareOptions options, Function<int[], Prepared> padded) {
        if (content instanceof Text text) {
            return padded.apply(texts.ids(text, options));
        }
        if (content instanceof Image image) {
            return new PreparedFrames(images.pixels(image, options));
        }
        if (content instanceof Video video) {
            return new PreparedFrames(videos.frames(video, options));
        }
        throw new ModelException(
                Reason.INVALID_INPUT, "%s (expected: TEXT, IMAGE or VIDEO)".formatted(content.modality()));
    }

    /** Returns the card of a model of this class in transformers. */
    ModelCard card(String architecture, NetworkOptions options, Weights weights) {
        Map<String, Long> limits = new HashMap<>(images.limits());
        limits.putAll(videos.limits());
        limits.put("text_tokens", (long) texts.context());
        return new ModelCard(
                architecture,
                parameters(weights),
                options.precision().settingName(),
                "transformers %s in float32: %s".formatted(architecture, tolerance(options.precision())),
                limits);
    }

    @Override
    public void close() {
        texts.close();
    }

    private static String tolerance(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> "unit embeddings within 1e-4";
            case BFLOAT16 -> "cosine of the two embeddings >= 0.9998";
        };
    }

    /** Returns the number of parameters; old files also hold lists of position numbers. */
    private static long parameters(Weights weights) {
        return weights.names().stream()
                .filter(name -> !name.endsWith(".position_ids"))
                .mapToLong(name -> weights.tensor(name).elements())
                .sum();
    }
}
