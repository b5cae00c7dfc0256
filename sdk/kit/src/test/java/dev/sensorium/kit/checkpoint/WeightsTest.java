package dev.sensorium.kit.checkpoint;

import static dev.sensorium.kit.checkpoint.CheckpointFiles.HEADER;
import static dev.sensorium.kit.checkpoint.CheckpointFiles.data;
import static dev.sensorium.kit.checkpoint.CheckpointFiles.file;
import static dev.sensorium.kit.checkpoint.CheckpointFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightsTest {

    private static final String INDEX = "model.safetensors.index.json";
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    private final Path folder;

    WeightsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsASingleFile() {
        write(folder.resolve("model.safetensors"), file(HEADER, data()));
        try (Weights weights = Weights.open(folder)) {
            assertThat(weights.names()).containsExactly("a", "b");
            assertThat(weights.parameters()).isEqualTo(8);
            assertThat(weights.bytes()).isEqualTo(26);
            assertThat(weights.tensor("a").data().getFloat(20)).isEqualTo(6f);
        }
    }

    @Test
    void readsShards() {
        writeShards("{\"weight_map\":{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}}".formatted(FIRST, FIRST, SECOND));
        try (Weights weights = Weights.open(folder)) {
            assertThat(weights.names()).containsExactly("a", "b", "c");
            assertThat(weights.contains("c")).isTrue();
            assertThat(weights.contains("d")).isFalse();
            assertThat(weights.parameters()).isEqualTo(9);
            assertThat(weights.bytes()).isEqualTo(34);
            assertThat(weights.tensor("c").data().getLong()).isEqualTo(5);
            assertThat(weights.tensor("b").data().get()).isEqualTo((byte) 7);
        }
    }

    @Test
    void closesAllFiles() {
        writeShards("{\"weight_map\":{\"a\":\"%s\",\"c\":\"%s\"}}".formatted(FIRST, SECOND));
        Weights weights = Weights.open(folder);
        weights.close();
        assertThatThrownBy(() -> weights.tensor("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> weights.tensor("c")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesAMissingTensor() {
        write(folder.resolve("model.safetensors"), file(HEADER, data()));
        try (Weights weights = Weights.open(folder)) {
            assertRefused(() -> weights.tensor("x.y"), "tensor \"x.y\" is missing (file holds 2 tensors)");
        }
    }

    @Test
    void namesWhatAnEmptyFolderLacks() {
        assertRefused(
                () -> Weights.open(folder),
                "model.safetensors is missing (or model.safetensors.index.json with its shards)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|weight_map (expected: an object of file names by tensor name)",
                "{`weight_map`:{}}|weight_map (expected: an object of file names by tensor name)",
                "{\"weight_map\":{\"a\":7}}|\"a\": \"7\" (expected: the name of a .safetensors file)",
                "{\"weight_map\":{\"a\":\"../s.safetensors\"}}|\"a\": \"../s.safetensors\" (expected: the name of a .safetensors file)",
                "{\"weight_map\":{\"a\":\"/s.safetensors\"}}|\"a\": \"/s.safetensors\" (expected: the name of a .safetensors file)",
                "{\"weight_map\":{\"z\":\"model-00001-of-00002.safetensors\"}}|tensor \"z\" is not in model-00001-of-00002.safetensors",
                "{\"weight_map\":|not well-formed JSON: ",
            })
    void saysWhatIsWrongWithAnIndex(String index, String message) {
        writeShards(index.replace('`', '"'));
        assertRefused(() -> Weights.open(folder), INDEX + ": " + message);
    }

    @Test
    void namesAMissingShard() {
        writeShards("{\"weight_map\":{\"a\":\"%s\",\"c\":\"other.safetensors\"}}".formatted(FIRST));
        assertRefused(() -> Weights.open(folder), "other.safetensors is missing");
    }

    @Test
    void namesABrokenShard() {
        writeShards("{\"weight_map\":{\"a\":\"%s\",\"c\":\"%s\"}}".formatted(FIRST, SECOND));
        write(folder.resolve(SECOND), new byte[3]);
        assertRefused(() -> Weights.open(folder), SECOND + ": 3 bytes (expected: >= 8)");
    }

    private void writeShards(String index) {
        write(folder.resolve(INDEX), index);
        write(folder.resolve(FIRST), file(HEADER, data()));
        String second = "{\"c\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
        write(folder.resolve(SECOND), file(second, new byte[] {5, 0, 0, 0, 0, 0, 0, 0}));
    }

    private static void assertRefused(Runnable action, String message) {
        assertThatThrownBy(action::run)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(message)
                .extracting(e -> ((ModelException) e).reason())
                .isEqualTo(Reason.INVALID_CHECKPOINT);
    }
}
