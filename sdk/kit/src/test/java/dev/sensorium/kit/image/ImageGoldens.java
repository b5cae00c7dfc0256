package dev.sensorium.kit.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** What Pillow and transformers made of pictures; written by {@code image_goldens.py}. */
final class ImageGoldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens/images");

    private ImageGoldens() {}

    static List<JsonNode> cases(String kind) {
        try {
            return new JsonMapper()
                    .readTree(FOLDER.resolve("goldens.json").toFile())
                    .path(kind)
                    .valueStream()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String file) {
        try {
            return Files.readAllBytes(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ByteBuffer encoded(String file) {
        return ByteBuffer.wrap(bytes(file));
    }

    /** Reads an expected picture, a plain RGB file, without the code under test. */
    static Pixels pixels(String file) {
        try {
            BufferedImage image = ImageIO.read(FOLDER.resolve(file).toFile());
            Pixels pixels = Pixels.black(image.getWidth(), image.getHeight());
            for (int i = 0; i < pixels.width() * pixels.height(); i++) {
                int rgb = image.getRGB(i % pixels.width(), i / pixels.width());
                pixels.rgb()[3 * i] = (byte) (rgb >> 16);
                pixels.rgb()[3 * i + 1] = (byte) (rgb >> 8);
                pixels.rgb()[3 * i + 2] = (byte) rgb;
            }
            return pixels;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
