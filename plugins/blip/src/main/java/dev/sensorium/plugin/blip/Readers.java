package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.image.ImageDefaults;
import dev.sensorium.kit.image.ImageReader;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * What a BLIP model reads its inputs with.
 *
 * @param images pictures
 * @param texts texts
 */
record Readers(ImageReader images, TextReader texts) implements AutoCloseable {

    /** Opens the readers of a checkpoint. */
    static Readers open(ModelSpec spec, BlipConfig config) {
        int side = config.vision().picture().side();
        ImageReader images = ImageReader.open(spec, ImageDefaults.BLIP, side);
        BlipConfig.Text text = config.text();
        return new Readers(images, TextReader.open(spec, text.vocabulary(), text.context()));
    }

    /**
     * Returns the card of a model of this class in transformers.
     *
     * @param tolerance how near its numbers are
     */
    ModelCard card(String architecture, NetworkOptions options, Weights weights, String tolerance) {
        Map<String, Long> limits = new HashMap<>(images.limits());
        limits.put("text_tokens", (long) texts.context());
        return new ModelCard(
                architecture,
                parameters(weights),
                options.precision().settingName(),
                "transformers %s in float32: %s".formatted(architecture, tolerance),
                limits);
    }

    @Override
    public void close() {
        texts.close();
    }

    /** Returns the number of parameters; old files also hold position numbers, and tied ones twice. */
    private static long parameters(Weights weights) {
        return weights.names().stream()
                .filter(name -> !name.endsWith(".position_ids"))
                .filter(name -> !name.contains(".cls.predictions.decoder."))
                .mapToLong(name -> weights.tensor(name).elements())
                .sum();
    }
}
