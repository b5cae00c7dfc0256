package dev.sensorium.server.registry;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A model's first calls, made before anybody else's: one tiny item of each kind that it embeds. They pay for what is
 * slow once, and find out what loading alone does not.
 */
final class WarmUp {

    private static final int SIDE = 32;

    private final List<Content> samples;

    WarmUp() {
        Image picture = Image.of(png());
        samples = List.of(new Text("warm-up"), picture, new Video.Frames(List.of(picture)));
    }

    private static byte[] png() {
        BufferedImage gradient = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < SIDE * SIDE; i++) {
            gradient.setRGB(i % SIDE, i / SIDE, i * 0x3f1f);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(gradient, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Calls the model.
     *
     * @throws ModelException if it does not answer as it says it does
     */
    void run(Model model) {
        if (model instanceof Embedder embedder) {
            samples.stream()
                    .filter(sample -> embedder.modalities().contains(sample.modality()))
                    .forEach(sample -> embed(embedder, sample));
        }
    }

    private void embed(Embedder embedder, Content sample) {
        try {
            List<float[]> rows = embedder.embed(List.of(embedder.prepare(sample, PrepareOptions.DEFAULT)));
            check(rows, embedder.dimensions());
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "warm-up with %s: %s".formatted(sample.modality(), e.getMessage()), e);
        }
    }

    private static void check(List<float[]> rows, int dimensions) {
        if (rows.size() != 1 || rows.get(0).length != dimensions) {
            throw new ModelException(
                    Reason.INTERNAL,
                    "%d embeddings of %d numbers (expected: 1 of %d)"
                            .formatted(rows.size(), rows.isEmpty() ? 0 : rows.get(0).length, dimensions));
        }
        for (float value : rows.get(0)) {
            if (!Float.isFinite(value)) {
                throw new ModelException(
                        Reason.NOT_FINITE, "embedding: %s (expected: finite numbers)".formatted(value));
            }
        }
    }
}
