package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

/** Checkpoints that cannot be served say what is wrong with them, by file, key or tensor. */
class BadCheckpointTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "encoder_attention_heads\": 3 | encoder_attention_heads\": 5 | encoder_attention_heads: 5 (expected: a divisor of d_model, 24)",
                "\"use_bias\": false | \"use_bias\": true | config.json: use_bias: true (expected: false)",
                "\"use_glu\": true | \"use_glu\": false | config.json: use_glu: false (expected: true)",
                "normformer | postln | config.json: ln_positions: postln (expected: normformer)",
                "\"gelu\" | \"gelu2\" | config.json: activation_function: \"gelu2\" (expected: one of",
                "decoder_start_token_id\": 41 | decoder_start_token_id\": 42 | decoder_start_token_id: 42 (expected: < 42, the ids of the decoder)",
                "n_embed\": 41 | n_embed\": 43 | vqgan.n_embed: 43 (expected: <= 41, the ids of the decoder)",
                "n_embed\": 41 | n_embed\": 40 | tensor detokenizer.embedding.weight: shape [41, 9] (expected: [40, 9])",
                "image_length\": 25 | image_length\": 24 | config.json: image_length: 24 (expected: 25, as the vqgan makes a picture of)",
                "resolution\": 20 | resolution\": 21 | config.json: vqgan.resolution: 21 (expected: a multiple of 2^2, by ch_mult)",
                "norm_groups\": 4 | norm_groups\": 5 | config.json: vqgan.ch_mult: [1, 2, 3] (expected: times ch, 8, at most 16384 and a multiple",
                "norm_eps\": 1e-06 | norm_eps\": 0 | config.json: vqgan.norm_eps: 0 (expected: > 0)",
                "num_res_blocks\": 2 | num_res_blocks\": 3 | detokenizer.decoder.up.2.block.3",
                "glu_dim\": 34 | glu_dim\": 33 | tensor encoder.layers.0.glu.fc0.weight: shape [34, 24] (expected: [33, 24])",
                "decoder_layers\": 3 | decoder_layers\": 4 | decoder.layers.3.pre_self_attn_layer_norm.weight",
                "encoder_vocab_size\": 153 | encoder_vocab_size\": 15 | (expected: < 15, encoder_vocab_size)",
            })
    void impossibleNumbers(String right, String wrong, String message) throws IOException {
        assertRefused(changed("config.json", right, wrong), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vocab.json | \"<unk>\" | \"<what>\" | vocab.json: <unk> is missing",
                "vocab.json | \"<unk>\": 3 | \"<unk>\": -3 | vocab.json: <unk>: -3 (expected: >= 0)",
                "merges.txt | #version: 0.2 | '#version: 0.2\na b c' | merges.txt: line 2: 3 parts (expected: 2)",
                "generation_config.json | 3.0 | 3000.0 | generation_config.json: guidance: 3000.0 (expected: <= 1000.0)",
                "generation_config.json | 3.0 | -1 | generation_config.json: guidance_scale: -1 (expected: > 0)",
            })
    void impossibleFiles(String file, String right, String wrong, String message) throws IOException {
        assertRefused(changed(file, right, wrong), message);
    }

    @ParameterizedTest
    @CsvSource({"vocab.json", "merges.txt", "model.safetensors"})
    void missingFiles(String file) throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.FOLDER.resolve("dalle"), temporary.resolve("copy"));
        Files.delete(folder.resolve(file));
        assertRefused(Goldens.spec(folder), file + " is missing");
    }

    @Test
    void impossibleSettings() {
        ModelSpec spec = Goldens.spec("dalle");
        assertRefused(
                Goldens.with(spec, "slots", "1"),
                "setting \"slots\": 1 (expected: >= 2, as each picture takes two rows)");
        assertRefused(
                Goldens.with(spec, "cache_tokens", "48"),
                "setting \"cache_tokens\": 48 (expected: >= 64, as each picture takes two rows)");
    }

    private ModelSpec changed(String file, String right, String wrong) throws IOException {
        Path folder = TinyCheckpoint.copy(Goldens.FOLDER.resolve("dalle"), temporary.resolve("copy"));
        Path path = folder.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(right);
        Files.writeString(path, text.replace(right, wrong));
        return Goldens.spec(folder);
    }

    private static void assertRefused(ModelSpec spec, String message) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new DalleProvider().load(spec).close())
                .withMessageContaining(message)
                .returns(Reason.INVALID_CHECKPOINT, ModelException::reason);
    }
}
