package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.spi.Device;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelProvider;
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

/** Checkpoints that cannot be served say what is wrong with them, by file, key or tensor, and never by path. */
class BadCheckpointTest {

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hidden_size\": 36 | \"hidden_size\": -36 | config.json: text_config.hidden_size: -36 (expected: 1 to 65536)",
                "\"hidden_size\": 36 | \"hidden_size\": 37 | config.json: text_config.num_attention_heads: 4 (expected: a divisor of hidden_size, 37)",
                "\"hidden_size\": 36 | \"hidden_size\": 40 | tensor text_model.embeddings.token_embedding.weight: shape [604, 36] (expected: [604, 40])",
                "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 3 | encoder.layers.2",
                "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 1000000000 | config.json: text_config.num_hidden_layers: 1000000000 (expected: 1 to 1024)",
                "\"hidden_act\": \"quick_gelu\" | \"hidden_act\": \"relu6\" | config.json: text_config.hidden_act: \"relu6\" (expected: one of [gelu,",
                "\"image_size\": 30 | \"image_size\": 48 | preprocessor_config.json: pictures of 30x30 pixels (expected: 48x48, vision_config.image_size)",
                "\"patch_size\": 6 | \"patch_size\": 31 | config.json: vision_config.patch_size: 31 (expected: 1 to 30)",
                "\"num_channels\": 3 | \"num_channels\": 4 | config.json: vision_config.num_channels: 4 (expected: 3)",
                "\"vocab_size\": 604 | \"vocab_size\": 100 | tokenizer: 604 tokens (expected: <= 100, text_config.vocab_size)",
                "\"layer_norm_eps\": 1e-05 | \"layer_norm_eps\": 0 | config.json: text_config.layer_norm_eps: 0 (expected: > 0)",
            })
    void impossibleNumbers(String right, String wrong, String message) throws IOException {
        Path folder = copy("clip-eos-pooling");
        String config = Files.readString(folder.resolve("config.json"));
        assertThat(config).contains(right);
        Files.writeString(folder.resolve("config.json"), config.replaceAll(right, wrong));
        assertRefused(new ClipProvider(), folder, Reason.INVALID_CHECKPOINT, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config.json | config.json is missing",
                "preprocessor_config.json | preprocessor_config.json is missing",
                "tokenizer.json | tokenizer.json is missing (or vocab.json with merges.txt, or vocab.txt)",
                "model.safetensors | model.safetensors is missing (or model.safetensors.index.json with its shards)",
            })
    void missingFiles(String file, String message) throws IOException {
        for (String checkpoint : new String[] {"clip-eos-pooling", "siglip"}) {
            Path folder = copy(checkpoint);
            Files.delete(folder.resolve(file));
            ModelProvider provider = checkpoint.equals("siglip") ? new SiglipProvider() : new ClipProvider();
            assertRefused(provider, folder, Reason.INVALID_CHECKPOINT, message);
        }
    }

    @Test
    void siglipTowersOfDifferentSpaces() throws IOException {
        Path folder = copy("siglip");
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"), config.replace("\"projection_size\": 40", "\"projection_size\": 44"));
        assertRefused(
                new SiglipProvider(),
                folder,
                Reason.INVALID_CHECKPOINT,
                "config.json: text_config.projection_size: 44 (expected: 40, vision_config.hidden_size)");
    }

    @Test
    void weightsThatAreNotNumbers() {
        Path folder = copy("clip-eos-pooling");
        TinyCheckpoint.fillWithNaN(folder.resolve("model.safetensors"));
        assertRefused(
                new ClipProvider(), folder, Reason.NOT_FINITE, "tensor logit_scale: NaN (expected: a finite number)");
    }

    @ParameterizedTest
    @CsvSource({"0", "65", "many", "-1"})
    void impossibleNumberOfFrames(String frames) {
        ModelSpec spec = Goldens.spec(Goldens.DEMO);
        ModelSpec odd = new ModelSpec(
                spec.id(), spec.folder(), Device.cpu(), MediaLimits.DEFAULT, Map.of("video_frames", frames));
        assertThatThrownBy(() -> ClipModel.load(odd))
                .isInstanceOf(ModelException.class)
                .hasMessage("setting \"video_frames\": \"%s\" (expected: 1 to 64)", frames);
    }

    @ParameterizedTest
    @CsvSource({"0", "1001", "often", "-1", "NaN", "1e1"})
    void impossibleRateOfFrames(String rate) {
        ModelSpec spec = Goldens.spec(Goldens.DEMO);
        ModelSpec odd =
                new ModelSpec(spec.id(), spec.folder(), Device.cpu(), MediaLimits.DEFAULT, Map.of("video_rate", rate));
        assertThatThrownBy(() -> ClipModel.load(odd))
                .isInstanceOf(ModelException.class)
                .hasMessage("setting \"video_rate\": \"%s\" (expected: > 0 and <= 1000)", rate);
    }

    private Path copy(String checkpoint) {
        return TinyCheckpoint.copy(Goldens.FOLDER.resolve(checkpoint), temporary.resolve(checkpoint));
    }

    private void assertRefused(ModelProvider provider, Path folder, Reason reason, String message) {
        assertThatThrownBy(() -> provider.load(Goldens.spec(folder)))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message)
                .message()
                .doesNotContain(temporary.toString());
    }
}
