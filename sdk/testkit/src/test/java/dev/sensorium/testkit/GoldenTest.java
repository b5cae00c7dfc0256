package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Text;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparison with a reference: what is close passes, and the worst element is told of what is not. */
class GoldenTest {

    @TempDir
    private Path folder;

    private Golden golden = new Golden(Path.of(""));

    @BeforeEach
    void write() throws IOException {
        TinyCheckpoint.of(Map.of("model_type", "any"))
                .with("embeds", List.of(2, 3), 1, 2, 3, 4, 5, 6)
                .writeTo(folder);
        Files.move(folder.resolve(TinyCheckpoint.WEIGHTS), folder.resolve("golden.safetensors"));
        golden = new Golden(folder);
    }

    @Test
    void passesWhatIsClose() {
        golden.assertClose("embeds", List.of(new float[] {1, 2, 3}, new float[] {4, 5.00005f, 6}), 1e-4);
        golden.assertClose("embeds", golden.floats("embeds"), 0);
    }

    @Test
    void tellsTheWorstElement() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> golden.assertClose("embeds", new float[] {1, 2.5f, 3, 4, 6, 6}, 1e-4))
                .withMessage("embeds[1, 1]: 6.0 (expected: 5.0 within 1.0E-4; 2 of 6 elements are off, this one most)");
    }

    @Test
    void tellsNaNBeforeAllOthers() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> golden.assertClose("embeds", new float[] {1, 2, Float.NaN, 4, 500, 6}, 1e-4))
                .withMessageStartingWith("embeds[0, 2]: NaN (expected: 3.0");
    }

    @Test
    void tellsAnotherShape() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> golden.assertClose("embeds", List.of(new float[3]), 1e-4))
                .withMessageContaining("shape of embeds");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> golden.assertClose("embeds", new float[5], 1e-4))
                .withMessageContaining("number of elements of embeds");
    }

    @Test
    void tellsAnotherType() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> golden.integers("embeds"))
                .withMessageContaining("type of embeds");
    }

    @Test
    void readsWhatTheReferenceWasAsked() throws IOException {
        Files.writeString(folder.resolve("golden.json"), "{\"texts\": [\"a\", \"\"], \"pictures\": [\"red.png\"]}");
        byte[] picture = new byte[Samples.picture(Color.RED, 4, 4).encoded().remaining()];
        Samples.picture(Color.RED, 4, 4).encoded().get(picture);
        Files.write(Files.createDirectory(folder.resolve("pictures")).resolve("red.png"), picture);
        assertThat(golden.texts()).containsExactly(new Text("a"), new Text(""));
        assertThat(golden.pictures()).containsExactly(Samples.picture(Color.RED, 4, 4));
    }
}
