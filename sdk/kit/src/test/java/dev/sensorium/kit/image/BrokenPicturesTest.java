package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is changed in a file, it is decoded or refused. */
final class BrokenPicturesTest {

    private static final int ROUNDS = 300;
    private static final MediaLimits SMALL = new MediaLimits(1 << 18, 4096, 16, 600);

    private final ImageDecoder decoder = new ImageDecoder(SMALL);

    static List<JsonNode> files() {
        return ImageGoldens.cases("decode");
    }

    @ParameterizedTest
    @MethodSource("files")
    void areDecodedOrRefused(JsonNode golden) {
        byte[] sound = ImageGoldens.bytes(golden.path("file").asText());
        Random random = new Random(sound.length);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] broken = change(sound, random);
            refused += isRefused(broken) ? 1 : 0;
        }
        assertThat(refused).isPositive();
    }

    private static byte[] change(byte[] sound, Random random) {
        byte[] broken = sound.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            // Mostly in the headers, where it hurts.
            int bound = random.nextInt(3) > 0 ? Math.min(64, broken.length) : broken.length;
            broken[random.nextInt(bound)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(broken, random.nextInt(broken.length)) : broken;
    }

    private boolean isRefused(byte[] file) {
        try {
            Pixels pixels = decoder.decode(ByteBuffer.wrap(file), true);
            assertThat((long) pixels.width() * pixels.height()).isLessThanOrEqualTo(SMALL.maxPixels());
            decodeFrames(file);
            return false;
        } catch (ModelException e) {
            assertThat(e.reason()).isIn(Reason.INVALID_INPUT, Reason.TOO_LONG);
            assertThat(e).hasMessageMatching("(picture|video): .*");
            return true;
        }
    }

    private void decodeFrames(byte[] file) {
        if (ImageFormat.sniff(ByteBuffer.wrap(file))
                .filter(ImageFormat.GIF::equals)
                .isPresent()) {
            assertThat(decoder.decodeFrames(ByteBuffer.wrap(file), FrameSampling.evenly(4)))
                    .isNotEmpty();
        }
    }
}
