package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that cannot be served say what is wrong with them, by file, key or tensor, and never by path. */
class BadCheckpointTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"BlipForConditionalGeneration\" | \"BlipModel\" | config.json: architectures: [BlipModel] (expected: one of [BlipForConditionalGeneration, BlipForQuestionAnswering, BlipForImageTextRetrieval])",
                "\"architectures\" | \"kind\" | config.json: architectures is missing",
                "\"hidden_size\": 36 | \"hidden_size\": -36 | config.json: text_config.hidden_size: -36 (expected: 1 to 65536)",
                "\"hidden_size\": 36 | \"hidden_size\": 37 | config.json: text_config.num_attention_heads: 4 (expected: a divisor of hidden_size, 37)",
                "\"num_attention_heads\": 4, | '' | config.json: text_config.num_attention_heads: 8 (expected: a divisor of hidden_size, 36)",
                "\"hidden_size\": 36 | \"hidden_size\": 40 | tensor text_decoder.bert.embeddings.position_embeddings.weight: shape [40, 36] (expected: [40, 40])",
                "\"num_hidden_layers\": 2, | \"num_hidden_layers\": 3, | layer",
                "\"image_size\": 30 | \"image_size\": 48 | preprocessor_config.json: pictures of 30x30 pixels (expected: 48x48, vision_config.image_size)",
                "\"vocab_size\": 157 | \"vocab_size\": 100 | config.json: text_config.bos_token_id: 155 (expected: 0 to 99)",
                "\"vocab_size\": 157 | \"vocab_size\": 156 | tokenizer: 157 tokens (expected: <= 156, text_config.vocab_size)",
                "\"bos_token_id\": 155, | '' | config.json: text_config.bos_token_id: 30522 (expected: 0 to 156)",
                "\"sep_token_id\": 3 | \"sep_token_id\": 157 | config.json: text_config.sep_token_id: 157 (expected: 0 to 156)",
                "\"pad_token_id\": 0 | \"pad_token_id\": -1 | config.json: text_config.pad_token_id: -1 (expected: >= 0)",
                "\"tie_word_embeddings\": true | \"tie_word_embeddings\": false | tie_word_embeddings: false (expected: true)",
                "\"max_position_embeddings\": 40 | \"max_position_embeddings\": 41 | tensor text_decoder.bert.embeddings.position_embeddings.weight: shape [40, 36] (expected: [41, 36])",
            })
    void impossibleNumbers(String right, String wrong, String message) throws IOException {
        Path folder = copy("blip-caption");
        replace(folder.resolve("config.json"), right, wrong);
        assertRefused(Goldens.spec(folder), Reason.INVALID_CHECKPOINT, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json | config.json is missing",
                "preprocessor_config.json | preprocessor_config.json is missing",
                "tokenizer.json vocab.txt | tokenizer.json is missing (or vocab.json with merges.txt, or vocab.txt)",
                "model.safetensors | model.safetensors is missing (or model.safetensors.index.json with its shards)",
            })
    void missingFiles(String files, String message) throws IOException {
        for (String checkpoint : new String[] {"blip-caption", "blip-vqa", "blip-itm"}) {
            Path folder = copy(checkpoint);
            for (String file : files.split(" ")) {
                Files.delete(folder.resolve(file));
            }
            assertRefused(Goldens.spec(folder), Reason.INVALID_CHECKPOINT, message);
        }
    }

    @Test
    void questionsNeedTowersOfOneWidth() throws IOException {
        Path folder = copy("blip-vqa");
        String vision = "\"hidden_act\": \"gelu\",\n    \"hidden_size\": 28,\n    \"image_size\"";
        replace(folder.resolve("config.json"), vision, vision.replace("28", "56"));
        assertRefused(
                Goldens.spec(folder),
                Reason.INVALID_CHECKPOINT,
                "config.json: vision_config.hidden_size: 56 (expected: 28, text_config.hidden_size)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_length | 1 | generation_config.json: max_length: 1 (expected: >= 2)",
                "min_length | 30 | generation_config.json: min_length: 30 (expected: <= max_length)",
                "num_beams | 17 | generation_config.json: num_beams: 17 (expected: 1 to 16)",
                "repetition_penalty | 0 | generation_config.json: repetition_penalty: 0 (expected: > 0)",
                "do_sample | 1 | generation_config.json: do_sample: 1 (expected: true or false)",
            })
    void impossibleDefaults(String key, String value, String message) throws IOException {
        Path folder = copy("blip-caption");
        Files.writeString(folder.resolve("generation_config.json"), "{\"%s\": %s}".formatted(key, value));
        assertRefused(Goldens.spec(folder), Reason.INVALID_CHECKPOINT, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dtype | float8 | setting \"dtype\": \"float8\" (expected: one of [float32, bfloat16])",
                "slots | 0 | setting \"slots\": 0 (expected: >= 1)",
                "slots | many | setting \"slots\": \"many\"",
                "cache_tokens | 39 | setting \"cache_tokens\": 39 (expected: >= 40)",
            })
    void impossibleSettings(String key, String value, String message) {
        Path folder = Goldens.FOLDER.resolve("blip-caption");
        assertRefused(Goldens.spec(folder, key, value), Reason.INVALID_CHECKPOINT, message);
    }

    @Test
    void retrievalHasNoSlots() {
        Path folder = Goldens.FOLDER.resolve("blip-itm");
        assertRefused(
                Goldens.spec(folder, "slots", "2"),
                Reason.INVALID_CHECKPOINT,
                "setting \"slots\" (expected: one of [dtype])");
    }

    private Path copy(String checkpoint) {
        return TinyCheckpoint.copy(Goldens.FOLDER.resolve(checkpoint), temporary.resolve(checkpoint));
    }

    private static void replace(Path file, String right, String wrong) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(right);
        Files.writeString(file, text.replace(right, wrong));
    }

    private void assertRefused(ModelSpec spec, Reason reason, String message) {
        assertThatThrownBy(() -> new BlipProvider().load(spec))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message)
                .message()
                .doesNotContain(temporary.toString());
    }
}
