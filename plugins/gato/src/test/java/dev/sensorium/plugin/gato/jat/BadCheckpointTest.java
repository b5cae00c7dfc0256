package dev.sensorium.plugin.gato.jat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that cannot be served say what is wrong with them, by file, key or tensor. */
class BadCheckpointTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"num_heads\": 3 | \"num_heads\": 4 | config.json: num_heads: 4 (expected: a divisor of hidden_size, 102)",
                "\"hidden_size\": 102 | \"hidden_size\": 48 | config.json: hidden_size: 48 (expected: 50 to",
                "\"max_position_embeddings\": 62 | \"max_position_embeddings\": 61 | config.json: max_position_embeddings: 61 (expected: an even number >= 8)",
                "\"max_position_embeddings\": 62 | \"max_position_embeddings\": 64 | tensor transformer.wpe.weight: shape [62, 102] (expected: [64, 102])",
                "\"num_layers\": 2 | \"num_layers\": 3 | config.json: attention_layers: [global, local] (expected: 3 times",
                "\"attention_layers\" | \"other_layers\" | config.json: attention_layers is missing",
                "\"intermediate_size\": 77 | \"intermediate_size\": null | tensor transformer.h.0.mlp.c_fc.weight: shape [77, 102] (expected: [408, 102])",
                "\"max_continuous_size\": 17 | \"max_continuous_size\": 16 | tensor continuous_",
                "\"max_discrete_value\": 71 | \"max_discrete_value\": 70 | tensor multi_discrete_encoder.4.weight: shape [101, 142] (expected: [101, 140])",
                "\"vocab_size\": 277 | \"vocab_size\": 262 | config.json: eos_token_id: 262 (expected: 0 to 261)",
            })
    void impossibleNumbers(String right, String wrong, String message) throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.FOLDER, temporary.resolve("copy"));
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(right);
        Files.writeString(config, text.replace(right, wrong));
        assertRefused(Goldens.spec(folder, Map.of()), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transformer.wte.weight",
                "transformer.h.1.attn.attention.k_proj.weight",
                "continuous_encoder.bias",
                "continuous_decoder.weight",
                "single_discrete_decoder.weight",
                "multi_discrete_encoder.4.bias"
            })
    void missingTensors(String name) throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.FOLDER, temporary.resolve("copy"));
        rename(folder, name);
        assertRefused(Goldens.spec(folder, Map.of()), "tensor \"%s\" is missing".formatted(name));
    }

    @Test
    void encodersOfPicturesThatAreIncomplete() throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.PICTURES, temporary.resolve("copy"));
        rename(folder, "image_encoder.module.att2.fc.0.weight");
        assertRefused(Goldens.spec(folder, Map.of()), "tensor \"image_encoder.module.att2.fc.0.weight\" is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "episodes | 0 | setting \"episodes\": \"0\" (expected: 1 to 99999)",
                "context_window | 33 | setting \"context_window\": \"33\" (expected: an even number, 2 to 99998)",
                "context_window | 0 | setting \"context_window\": \"0\" (expected: an even number, 2 to 99998)",
            })
    void impossibleSettings(String key, String value, String message) {
        assertRefused(Goldens.spec(Goldens.FOLDER, Map.of(key, value)), message);
    }

    @Test
    void withoutATokenizerItTakesNoTexts() throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.FOLDER, temporary.resolve("copy"));
        Files.delete(folder.resolve("tokenizer.json"));
        try (Model model = new JatProvider().load(Goldens.spec(folder, Map.of()))) {
            ((Policy) model).open(Goldens.numbers()).close();
            assertThatExceptionOfType(ModelException.class)
                    .isThrownBy(() -> ((Policy) model).open(Goldens.integers()))
                    .withMessage("observation_spaces[\"mission\"]: a text (expected: none, as the checkpoint has no"
                            + " tokenizer.json)")
                    .returns(Reason.INVALID_INPUT, ModelException::reason);
        }
    }

    /** Gives a tensor another name of the same length. */
    private static void rename(Path folder, String name) throws IOException {
        Path weights = folder.resolve("model.safetensors");
        String file = Files.readString(weights, StandardCharsets.ISO_8859_1);
        assertThat(file).contains("\"" + name + "\"");
        Files.writeString(
                weights,
                file.replace("\"" + name + "\"", "\"_" + name.substring(1) + "\""),
                StandardCharsets.ISO_8859_1);
    }

    private static void assertRefused(ModelSpec spec, String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new JatProvider().load(spec).close())
                .withMessageContaining(message)
                .returns(Reason.INVALID_CHECKPOINT, ModelException::reason);
    }
}
