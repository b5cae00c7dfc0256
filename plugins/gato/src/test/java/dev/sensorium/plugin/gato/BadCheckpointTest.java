package dev.sensorium.plugin.gato;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that cannot be served say what is wrong with them, by file, key or tensor. */
class BadCheckpointTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n_head\": 3 | \"n_head\": 4 | config.json: n_head: 4 (expected: a divisor of n_embd, 42)",
                "\"n_positions\": 61, | '' | config.json: n_positions is missing",
                "\"local_positions\": 19 | \"local_positions\": 8 | config.json: local_positions: 8 (expected: >= 9, the patches)",
                "\"n_layer\": 2 | \"n_layer\": 3 | transformer.h.2.ln_1.weight",
                "\"n_inner\": 50 | \"n_inner\": 51 | tensor transformer.h.0.mlp.c_fc.weight: shape [42, 50] (expected: [42, 51])",
                "\"image_size\": 20 | \"image_size\": 24 | preprocessor_config.json: pictures of 20x20 pixels (expected: 24x24",
                "\"patch_intervals\": 17, | \"patch_intervals\": 17, \"patch_channels\": 48, | config.json: patch_channels: 48 (expected: a multiple of 32)",
                "\"patch_intervals\": 17, | \"patch_intervals\": 17, \"patch_channels\": 32, | patch_embedding.block.stem.weight",
                "\"mu\": 55.0 | \"mu\": -1.0 | config.json: mu: -1.0 (expected: > 0)",
                "\"tie_word_embeddings\": true | \"tie_word_embeddings\": false | config.json: tie_word_embeddings: false (expected: true)",
            })
    void impossibleNumbers(String right, String wrong, String message) throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.FOLDER, temporary.resolve("copy"));
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(right);
        Files.writeString(config, text.replace(right, wrong));
        assertRefused(ModelSpec.of(new ModelId("gato", "1"), folder), message);
    }

    @Test
    void impossibleSettings() {
        ModelSpec spec = Goldens.spec();
        ModelSpec none = new ModelSpec(spec.id(), spec.folder(), spec.device(), spec.limits(), Map.of("episodes", "0"));
        assertRefused(none, "setting \"episodes\": \"0\" (expected: 1 to 99999)");
    }

    private static void assertRefused(ModelSpec spec, String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new GatoProvider().load(spec).close())
                .withMessageContaining(message)
                .returns(Reason.INVALID_CHECKPOINT, ModelException::reason);
    }
}
