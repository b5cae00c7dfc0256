package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ResizeTest {

    static List<JsonNode> goldens() {
        return ImageGoldens.cases("resize");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsPillowBitForBit(JsonNode golden) {
        Pixels input = ImageGoldens.pixels(golden.path("input").asText());
        ResampleFilter filter =
                ResampleFilter.valueOf(golden.path("filter").asText().toUpperCase(Locale.ROOT));
        Pixels resized = Resize.resize(
                input, golden.path("width").asInt(), golden.path("height").asInt(), filter);
        Pixels expected = ImageGoldens.pixels(golden.path("expected").asText());
        assertThat(resized.width()).isEqualTo(expected.width());
        assertThat(resized.height()).isEqualTo(expected.height());
        assertThat(resized.rgb()).containsExactly(expected.rgb());
    }

    @ParameterizedTest
    @EnumSource
    void aWindowIsAPartOfTheWhole(ResampleFilter filter) {
        Pixels input = ImageGoldens.pixels("inputs/photo.png");
        Pixels whole = Resize.resize(input, 41, 30, filter);
        Pixels part = Resize.resize(input, 41, 30, filter, new Resize.Window(7, 5, 20, 11));
        for (int y = 0; y < 11; y++) {
            for (int i = 0; i < 3 * 20; i++) {
                assertThat(part.rgb()[3 * 20 * y + i]).isEqualTo(whole.rgb()[3 * (41 * (y + 5) + 7) + i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargePictureIsWhatItsPartsAre(ResampleFilter filter) {
        byte[] noise = new byte[3 * 400 * 2000];
        new Random(1).nextBytes(noise);
        Pixels tall = new Pixels(400, 2000, noise);
        Pixels narrow = Resize.resize(tall, 40, 2000, filter);
        int partBytes = 3 * 40 * 250;
        for (int i = 0; i < 8; i++) {
            Pixels part = Resize.resize(tall, 40, 2000, filter, new Resize.Window(0, 250 * i, 40, 250));
            assertThat(Arrays.copyOfRange(narrow.rgb(), i * partBytes, (i + 1) * partBytes))
                    .isEqualTo(part.rgb());
        }
        Pixels low = Resize.resize(transposed(tall), 2000, 40, filter);
        assertThat(low.rgb()).isEqualTo(transposed(narrow).rgb());
    }

    private static Pixels transposed(Pixels pixels) {
        return Orientation.apply(5, pixels);
    }

    @ParameterizedTest
    @EnumSource
    void theSameSizeIsTheSamePicture(ResampleFilter filter) {
        Pixels input = ImageGoldens.pixels("inputs/noise.png");
        assertThat(Resize.resize(input, input.width(), input.height(), filter).rgb())
                .containsExactly(input.rgb());
    }
}
