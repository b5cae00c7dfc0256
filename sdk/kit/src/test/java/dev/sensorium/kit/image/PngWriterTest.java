package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngWriterTest {

    @Test
    void isReadAsTheSamePixels() throws IOException {
        for (int[] size : new int[][] {{1, 1}, {7, 1}, {1, 5}, {64, 33}}) {
            Pixels pixels = pixels(size[0], size[1]);
            BufferedImage read = ImageIO.read(new ByteArrayInputStream(bytes(PngWriter.write(pixels, Map.of()))));
            assertThat(read.getWidth()).isEqualTo(size[0]);
            assertThat(read.getHeight()).isEqualTo(size[1]);
            for (int i = 0; i < size[0] * size[1]; i++) {
                int rgb = read.getRGB(i % size[0], i / size[0]);
                assertThat(new byte[] {(byte) (rgb >> 16), (byte) (rgb >> 8), (byte) rgb})
                        .containsExactly(pixels.rgb()[3 * i], pixels.rgb()[3 * i + 1], pixels.rgb()[3 * i + 2]);
            }
        }
    }

    @Test
    void holdsTextsInTheirOrder() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("prompt", "ein roter Kreis \u2b55\0!");
        texts.put("seed", "7");
        String file = new String(bytes(PngWriter.write(pixels(2, 2), texts)), StandardCharsets.UTF_8);
        assertThat(file)
                .containsSubsequence(
                        "iTXtprompt\0\0\0\0\0ein roter Kreis \u2b55!", "iTXtseed\0\0\0\0\0" + "7", "IDAT", "IEND");
    }

    @Test
    void isTheSameFileForTheSamePicture() {
        Map<String, String> texts = Map.of("a", "b");
        assertThat(PngWriter.write(pixels(9, 9), texts)).isEqualTo(PngWriter.write(pixels(9, 9), texts));
    }

    @Test
    void hasKeywordsOfThePngsLength() {
        for (String keyword : new String[] {"", "k".repeat(80)}) {
            assertThatThrownBy(() -> PngWriter.write(pixels(1, 1), Map.of(keyword, "text")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("keyword: %d characters (expected: 1 to 79)", keyword.length());
        }
    }

    private static Pixels pixels(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(5).nextBytes(rgb);
        return new Pixels(width, height, rgb);
    }

    private static byte[] bytes(Image image) {
        byte[] bytes = new byte[image.encoded().remaining()];
        image.encoded().get(bytes);
        return bytes;
    }
}
