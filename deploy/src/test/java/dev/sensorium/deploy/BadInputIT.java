package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.MatchOptions;
import dev.sensorium.client.ModelState;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.testkit.TinyCheckpoint;
import dev.sensorium.testkit.TinyCheckpoint.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pictures, texts and checkpoints that are hostile, broken or merely odd, over real calls to a real CLIP: each is
 * answered, or refused with the field and the expectation, and the server serves on.
 */
class BadInputIT extends ServedTest {

    private static final Path SAMPLES = Distribution.HOME.resolve("samples");
    private static final Path ENCODED = Path.of("../sdk/kit/src/test/resources/goldens/images/encoded");
    private static final Path GOLDEN = Path.of("../plugins/clip/src/test/resources/goldens/clip-eos-pooling");
    private static final String DEMO = "clip-shapes";

    @TempDir
    private static Path folder;

    @Override
    String[] options() throws Exception {
        Path models = Files.createDirectories(folder.resolve("models"));
        TinyCheckpoint.copy(Distribution.HOME.resolve("models").resolve(DEMO), models.resolve(DEMO));
        for (Fault fault : Fault.values()) {
            Path broken = TinyCheckpoint.copy(GOLDEN, models.resolve(fault.name()));
            TinyCheckpoint.corrupt(broken.resolve(TinyCheckpoint.WEIGHTS), fault);
        }
        TinyCheckpoint.fillWithNaN(
                TinyCheckpoint.copy(GOLDEN, models.resolve("NAN")).resolve(TinyCheckpoint.WEIGHTS));
        Files.delete(TinyCheckpoint.copy(GOLDEN, models.resolve("NO_TOKENIZER")).resolve("tokenizer.json"));
        Path config =
                TinyCheckpoint.copy(GOLDEN, models.resolve("NEGATIVE_HEADS")).resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceAll("\"num_attention_heads\": *\\d+", "\"num_attention_heads\": -3"));

        return new String[] {"--models", models.toString()};
    }

    @AfterEach
    void servesOn() throws Exception {
        assertThat(sensorium.serving()).isTrue();
        assertThat(sensorium.embed(Content.text("a red circle"), on(DEMO)).dimensions())
                .isEqualTo(64);
        assertThat(server.log()).doesNotContain("internal error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EMPTY", "CUT_IN_HALF", "TOO_LONG", "HEADER_LENGTH_HUGE", "HEADER_NOT_JSON", "TENSOR_MISPLACED",
                "TENSOR_BEYOND_END", "DTYPE_UNKNOWN", "SHAPE_IMPOSSIBLE", "NAN", "NO_TOKENIZER", "NEGATIVE_HEADS"
            })
    void aBadCheckpointFailsWithItsCauseAndIsRefusedByName(String name) {
        assertThat(sensorium.model(name).state()).isEqualTo(ModelState.FAILED);
        assertThat(sensorium.model(name).failure()).matches(".*(expected|missing).*");

        SensoriumException refused = refusal(() -> sensorium.embed(Content.text("a"), on(name)));

        assertThat(refused.code()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(refused).hasMessageContaining(sensorium.model(name).failure());
        assertIsForCallers(refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"red-circle.png", "yellow-cross.jpg", "cyan-circle.webp"})
    void aTruncatedPictureIsRefused(String sample) throws Exception {
        byte[] whole = Files.readAllBytes(SAMPLES.resolve(sample));
        for (int length : new int[] {8, 32, whole.length / 2, whole.length - 40}) {
            assertRefused(Arrays.copyOf(whole, length));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 7", "65535, 65535", "2147483647, 1", "-1, -1", "100000, 2"})
    void aPictureOfImpossibleSizeIsRefusedFromItsHeader(int width, int height) throws Exception {
        assertRefused(pngOfSize(width, height));
    }

    @Test
    void aDecompressionBombIsRefused() throws Exception {
        assertThat(assertRefused(pngOfSize(30_000, 30_000))).hasMessageContaining("30000x30000");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 300", "30000, 1"})
    void aPictureOfExtremeShapeIsEmbedded(int width, int height) throws Exception {
        assertEmbedded(Pngs.grey(width, height));
    }

    @Test
    void everyKindOfPixelIsUnderstood() throws Exception {
        try (var files = Files.list(ENCODED)) {
            for (Path file : files.toList()) {
                assertEmbedded(Files.readAllBytes(file));
            }
        }
    }

    @Test
    void bytesThatAreNoPictureAreRefused() throws Exception {
        assertRefused("a red circle".getBytes(StandardCharsets.UTF_8));
        assertRefused(Files.readAllBytes(Distribution.HOME.resolve("server/quarkus-run.jar")));
        assertRefused(new byte[100_000]);
    }

    @Test
    void textBeyondTheContextIsRefusedUnlessItMayBeCut() {
        Content text = Content.text("a red circle ".repeat(100));

        SensoriumException refused = refusal(() -> sensorium.embed(text, on(DEMO)));

        assertThat(refused.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused).hasMessageContaining("contents[0].text").hasMessageContaining("(expected: <= 32)");
        assertThat(sensorium.embed(text, on(DEMO).withTruncateText(true)).dimensions())
                .isEqualTo(64);
    }

    @Test
    void tenThousandLabelsAreRefusedByNumber() {
        List<String> labels = Collections.nCopies(10_000, "a red circle");

        SensoriumException refused = refusal(() -> sensorium.match(
                Content.image(SAMPLES.resolve("red-circle.png")), labels, MatchOptions.DEFAULT.withModel(DEMO)));

        assertThat(refused.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused).hasMessageContaining("10000").hasMessageContaining("1000");
    }

    private SensoriumException assertRefused(byte[] picture) {
        SensoriumException refused = refusal(() -> sensorium.embed(Content.image(picture), on(DEMO)));
        assertThat(refused.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused.violations())
                .extracting(violation -> violation.field())
                .containsExactly("contents[0].image.data");
        assertThat(refused).hasMessageContaining("expected");
        assertIsForCallers(refused);
        return refused;
    }

    private void assertEmbedded(byte[] picture) {
        assertThat(sensorium.embed(Content.image(picture), on(DEMO)).dimensions())
                .isEqualTo(64);
    }

    private static void assertIsForCallers(SensoriumException refused) {
        assertThat(refused.getMessage()).doesNotContain("Exception", "java.", folder.toString(), "\tat ");
    }

    private static SensoriumException refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(SensoriumException.class, call);
    }

    private static EmbedOptions on(String model) {
        return EmbedOptions.DEFAULT.withModel(model);
    }

    /** A PNG whose header says this size and whose pixels are those of another. */
    private static byte[] pngOfSize(int width, int height) throws IOException {
        byte[] png = Pngs.grey(3, 3);
        ByteBuffer bytes = ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
        CRC32 check = new CRC32();
        check.update(png, 12, 17);
        bytes.putInt(29, (int) check.getValue());
        return png;
    }
}
