package dev.sensorium.kit.checkpoint;

import static dev.sensorium.kit.checkpoint.CheckpointFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubConfigTest {

    private final Path folder;
    private final HubConfig config;

    HubConfigTest(@TempDir Path folder) {
        this.folder = folder;
        write(
                folder.resolve("config.json"),
                """
                {"model_type": "clip", "tie": true, "scale": 2.6592, "count": 3, "nothing": null, "bad": NaN,
                 "mean": [0.5, 1, 0.25], "names": ["x", "y"], "big": 3000000000,
                 "sides": [16, 32], "vocabulary": {"a": 0, "b": 7},
                 "text_config": {"hidden_size": -3, "deep": {"heads": "four"}}}""");
        config = HubConfig.read(folder, "config.json");
    }

    @Test
    void givesWhatIsThere() {
        assertThat(config.string("model_type").required()).isEqualTo("clip");
        assertThat(config.bool("tie").required()).isTrue();
        assertThat(config.number("scale").required()).isEqualTo(2.6592);
        assertThat(config.positive("scale").required()).isEqualTo(2.6592);
        assertThat(config.number("count").required()).isEqualTo(3.0);
        assertThat(config.integer("count", 3).required()).isEqualTo(3);
        assertThat(config.integer("count", 3, 3).orElse(8)).isEqualTo(3);
        assertThat(config.numbers("mean", 3).required()).containsExactly(0.5, 1.0, 0.25);
        assertThat(config.strings("names").required()).containsExactly("x", "y");
        assertThat(config.integers("sides", 16).required()).containsExactly(16, 32);
        assertThat(config.object("vocabulary").integers(0)).isEqualTo(Map.of("a", 0, "b", 7));
        assertThat(config.choice("model_type", Map.of("clip", 1, "siglip", 2)).required())
                .isEqualTo(1);
    }

    @Test
    void refusesListsAndVocabulariesOfOtherThings() {
        assertThatThrownBy(() -> config.integers("sides", 17))
                .hasMessage("config.json: sides: [16,32] (expected: a list of integers >= 17)");
        assertThatThrownBy(() -> config.object("vocabulary").integers(1))
                .hasMessage("config.json: vocabulary.a: 0 (expected: >= 1)");
    }

    @Test
    void absentMeansWhatTheCallSays() {
        assertThat(config.integer("layers", 1).orElse(12)).isEqualTo(12);
        assertThat(config.string("nothing").orElse("default")).isEqualTo("default");
        assertThat(config.object("vision_config").integer("hidden_size", 1).orElse(768))
                .isEqualTo(768);
        assertThat(config.has("model_type")).isTrue();
        assertThat(config.has("nothing")).isFalse();
        assertThat(config.has("layers")).isFalse();
        assertThat(config.hasObject("text_config")).isTrue();
        assertThat(config.hasObject("model_type")).isFalse();
    }

    @Test
    void namesWhatIsRequired() {
        assertRefused(() -> config.integer("layers", 1).required(), "config.json: layers is missing");
        assertRefused(
                () -> config.object("vision_config").string("x").required(), "config.json: vision_config.x is missing");
    }

    @Test
    void namesImpossibleValues() {
        HubConfig text = config.object("text_config");
        assertRefused(
                () -> text.integer("hidden_size", 1), "config.json: text_config.hidden_size: -3 (expected: >= 1)");
        assertRefused(
                () -> text.object("deep").integer("heads", 1),
                "config.json: text_config.deep.heads: \"four\" (expected: >= 1)");
        assertRefused(() -> config.integer("count", 4, 9), "config.json: count: 3 (expected: 4 to 9)");
        assertRefused(() -> config.integer("scale", 1), "config.json: scale: 2.6592 (expected: >= 1)");
        assertRefused(() -> config.integer("big", 1), "config.json: big: 3000000000 (expected: >= 1)");
        assertRefused(() -> config.integer("tie", 1), "config.json: tie: true (expected: >= 1)");
        assertRefused(() -> config.number("bad"), "config.json: bad: \"NaN\" (expected: a finite number)");
        assertRefused(() -> text.positive("hidden_size"), "config.json: text_config.hidden_size: -3 (expected: > 0)");
        assertRefused(() -> config.string("count"), "config.json: count: 3 (expected: a string)");
        assertRefused(() -> config.bool("count"), "config.json: count: 3 (expected: true or false)");
        assertRefused(() -> config.object("count"), "config.json: count: 3 (expected: an object)");
        assertRefused(() -> config.numbers("mean", 4), "config.json: mean: [0.5,1,0.25] (expected: 4 numbers)");
        assertRefused(() -> config.numbers("names", 2), "config.json: names: [\"x\",\"y\"] (expected: 2 numbers)");
        assertRefused(() -> config.strings("mean"), "config.json: mean: [0.5,1,0.25] (expected: a list of strings)");
        assertRefused(
                () -> config.choice("model_type", Map.of("blip", 1, "albef", 2)),
                "config.json: model_type: \"clip\" (expected: one of [albef, blip])");
    }

    @Test
    void offersItsWordsForRulesOfSeveralValues() {
        assertThat(config.object("text_config").refuse("heads", 5, "a divisor of 32"))
                .hasMessage("config.json: text_config.heads: 5 (expected: a divisor of 32)");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        assertRefused(() -> HubConfig.read(folder, "none.json"), "none.json is missing");
        write(folder.resolve("list.json"), "[1]");
        assertRefused(() -> HubConfig.read(folder, "list.json"), "list.json: not a JSON object");
        write(folder.resolve("cut.json"), "{\"a\":");
        assertRefused(() -> HubConfig.read(folder, "cut.json"), "cut.json: not well-formed JSON: Unexpected end");
        write(folder.resolve("empty.json"), "");
        assertRefused(() -> HubConfig.read(folder, "empty.json"), "empty.json: not a JSON object");
        write(folder.resolve("deep.json"), "{\"a\":" + "[".repeat(100_000));
        assertRefused(() -> HubConfig.read(folder, "deep.json"), "deep.json: not well-formed JSON: ");
        write(folder.resolve("bytes.json"), new byte[] {'{', (byte) 0xC3, '}'});
        assertRefused(() -> HubConfig.read(folder, "bytes.json"), "bytes.json: not UTF-8");
        try (var file = new RandomAccessFile(folder.resolve("large.json").toFile(), "rw")) {
            file.setLength((64 << 20) + 1);
        }
        assertRefused(() -> HubConfig.read(folder, "large.json"), "large.json: 67108865 bytes (expected: <= 67108864)");
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_CHECKPOINT);
    }
}
