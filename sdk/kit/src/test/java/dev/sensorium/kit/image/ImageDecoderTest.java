package dev.sensorium.kit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageDecoderTest {

    private final ImageDecoder decoder = new ImageDecoder(MediaLimits.DEFAULT);

    static List<JsonNode> goldens() {
        return ImageGoldens.cases("decode");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void equalsPillowWithoutTolerance(JsonNode golden) {
        ByteBuffer encoded = ImageGoldens.encoded(golden.path("file").asText());
        assertSame(decoder.decode(encoded, false), golden.path("expected").asText());
        String upright =
                golden.path("expected_upright").asText(golden.path("expected").asText());
        assertSame(decoder.decode(encoded, true), upright);
        assertThat(encoded.position()).isZero();
    }

    private static void assertSame(Pixels decoded, String expectedFile) {
        Pixels expected = ImageGoldens.pixels(expectedFile);
        assertThat(decoded.width()).isEqualTo(expected.width());
        assertThat(decoded.height()).isEqualTo(expected.height());
        assertThat(decoded.rgb()).containsExactly(expected.rgb());
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void tellsTheFormat(JsonNode golden) {
        String file = golden.path("file").asText();
        String type = file.substring(file.lastIndexOf('.') + 1).replace("jpg", "jpeg");
        assertThat(ImageFormat.sniff(ImageGoldens.encoded(file)))
                .map(ImageFormat::mediaType)
                .hasValue("image/" + type);
    }

    @Test
    void readsFromDirectAndReadOnlyBuffersWithinTheirBounds() {
        byte[] file = ImageGoldens.bytes("encoded/rgb.png");
        ByteBuffer direct = ByteBuffer.allocateDirect(file.length + 20);
        direct.position(10).put(file).flip().position(10);
        assertSame(decoder.decode(direct.asReadOnlyBuffer(), false), "decoded/rgb.png.png");
        assertThat(ImageFormat.sniff(direct)).hasValue(ImageFormat.PNG);
    }

    @Test
    void refusesWhatIsNoPicture() {
        assertRefused(new byte[0], "picture: 0 bytes of an unknown format (expected: [PNG, JPEG, GIF, BMP, WEBP])");
        assertRefused("hello, world".getBytes(), "picture: 12 bytes of an unknown format");
        assertRefused(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, "picture: 4 bytes of an unknown format");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void refusesTruncatedFiles(JsonNode golden) {
        byte[] file = ImageGoldens.bytes(golden.path("file").asText());
        for (int length : new int[] {16, 30, file.length / 2}) {
            if (length < file.length / 2 + 1 && !golden.path("file").asText().contains("animated")) {
                assertRefused(Arrays.copyOf(file, length), "picture: ");
            }
        }
    }

    @Test
    void refusesAJpegWithoutItsEndAsPillowDoes() {
        byte[] file = ImageGoldens.bytes("encoded/baseline-420.jpg");
        for (int missing : new int[] {1, 2, 3, 10, 50}) {
            assertRefused(
                    Arrays.copyOf(file, file.length - missing), "picture: JPEG: truncated (expected: a whole file)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "65535 | 65535 | TOO_LONG      | 65535x65535 pixels (expected: <= 67108864)",
                "65535 | 1     | TOO_LONG      | 65535x1 pixels (expected: sides <= 32768)",
                "1     | 65535 | TOO_LONG      | 1x65535 pixels (expected: sides <= 32768)",
                "8193  | 8192  | TOO_LONG      | 8193x8192 pixels (expected: <= 67108864)",
                "0     | 5     | INVALID_INPUT | %s: 0x5 pixels (expected: >= 1x1)",
                "5     | 0     | INVALID_INPUT | %s: 5x0 pixels (expected: >= 1x1)",
                "0     | 0     | INVALID_INPUT | %s: 0x0 pixels (expected: >= 1x1)",
            })
    void refusesSizesBeforeDecoding(int width, int height, Reason reason, String message) {
        for (ByteBuffer file :
                List.of(Headers.png(width, height), Headers.jpeg(width, height), Headers.bmp(width, height))) {
            String format = ImageFormat.sniff(file).orElseThrow().name();
            assertThatThrownBy(() -> decoder.decode(file, false))
                    .hasMessage("picture: " + message.formatted(format))
                    .extracting(e -> ((ModelException) e).reason())
                    .isEqualTo(reason);
        }
    }

    @Test
    void refusesLargeCanvassesOfGifAndWebP() {
        byte[] gif = ImageGoldens.bytes("encoded/transparent.gif");
        Headers.little(gif).putShort(6, (short) 65535).putShort(8, (short) 65535);
        assertRefused(gif, Reason.TOO_LONG, "picture: 65535x65535 pixels (expected: <= 67108864)");
        byte[] webp = ImageGoldens.bytes("encoded/lossy.webp");
        Headers.little(webp).putShort(26, (short) 16383).putShort(28, (short) 16383);
        assertRefused(webp, Reason.TOO_LONG, "picture: 16383x16383 pixels (expected: <= 67108864)");
    }

    @Test
    void keepsTheOperatorsLimits() {
        ImageDecoder strict = new ImageDecoder(new MediaLimits(390, 32, 1, 600));
        assertThatThrownBy(() -> strict.decode(ImageGoldens.encoded("encoded/rgb.png"), false))
                .hasMessage("picture: 23x17 pixels (expected: <= 390)");
        ImageDecoder narrow = new ImageDecoder(new MediaLimits(1000, 22, 1, 600));
        assertThatThrownBy(() -> narrow.decode(ImageGoldens.encoded("encoded/rgb.png"), false))
                .hasMessage("picture: 23x17 pixels (expected: sides <= 22)");
    }

    @Test
    void refusesAJpegOfCountlessScans() {
        byte[] file = ImageGoldens.bytes("encoded/baseline-420.jpg");
        ByteBuffer scans = ByteBuffer.allocate(file.length + 4 * 200).put(file, 0, file.length - 2);
        for (int i = 0; i < 200; i++) {
            scans.put(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 2});
        }
        scans.put(file, file.length - 2, 2);
        assertRefused(scans.array(), "picture: JPEG: 201 scans (expected: <= 100)");
    }

    @Test
    void refusesAMarkerWithoutLengthBeforeAJpegsPicture() {
        byte[] file = ImageGoldens.bytes("encoded/baseline-420.jpg");
        for (int marker : new int[] {0x00, 0x01, 0xD0, 0xD8}) {
            ByteBuffer hiding = ByteBuffer.allocate(file.length + 4).put(file, 0, 2);
            hiding.put(new byte[] {(byte) 0xFF, (byte) marker, 0, 2}).put(file, 2, file.length - 2);
            assertRefused(hiding.array(), "picture: JPEG: no picture data");
        }
    }

    @Test
    void readsAJpegToItsEnd() {
        byte[] file = ImageGoldens.bytes("encoded/baseline-420.jpg");
        byte[] longer = Arrays.copyOf(file, file.length + 1000);
        assertSame(decoder.decode(ByteBuffer.wrap(longer), false), "decoded/baseline-420.jpg.png");
    }

    @Test
    void refusesLengthsThatBaitAllocation() {
        for (int offset : new int[] {10, 14, 34, 46}) {
            byte[] bmp = ImageGoldens.bytes("encoded/rgb-24.bmp");
            Headers.little(bmp).putInt(offset, Integer.MAX_VALUE);
            assertRefused(bmp, "picture: BMP: ");
        }
        byte[] png = ImageGoldens.bytes("encoded/palette.png");
        ByteBuffer.wrap(png).putInt(33, Integer.MAX_VALUE);
        assertRefused(png, "picture: PNG: truncated (expected: a whole file)");
        byte[] bmp = ImageGoldens.bytes("encoded/rgb-24.bmp");
        Headers.little(bmp).putInt(30, 4);
        assertRefused(bmp, "picture: BMP: compression 4 (expected: 0 to 3)");
    }

    @Test
    void decodesOnePixel() {
        Pixels pixel = decoder.decode(ImageGoldens.encoded("resized/tiny-1x1-nearest.png"), true);
        assertThat(pixel.rgb()).hasSize(3);
    }

    private void assertRefused(byte[] file, String message) {
        assertRefused(file, Reason.INVALID_INPUT, message);
    }

    private void assertRefused(byte[] file, Reason reason, String message) {
        ThrowingCallable decoding = () -> decoder.decode(ByteBuffer.wrap(file), false);
        assertThatThrownBy(decoding)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(reason);
    }
}
