package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Embedding;
import dev.sensorium.client.MatchOptions;
import dev.sensorium.client.MatchResult;
import dev.sensorium.client.ModelState;
import dev.sensorium.kit.checkpoint.Safetensors;
import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.testkit.TinyCheckpoint;
import dev.sensorium.testkit.TinyPlugin;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoint folders that Hugging Face transformers wrote, dropped into the models folder as they are: the server's
 * answers over gRPC are transformers' answers. Beside them, a plugin in a jar of its own and a broken checkpoint.
 */
class StrangersCheckpointIT extends ServedTest {

    private static final Path GOLDENS = Path.of("../plugins/clip/src/test/resources/goldens");
    private static final double TOLERANCE = 1e-4;

    @TempDir
    private static Path folder;

    @Override
    String[] options() throws Exception {
        Path models = Files.createDirectory(folder.resolve("models"));
        try (Stream<Path> goldens = Files.list(GOLDENS)) {
            for (Path golden : goldens.toList()) {
                TinyCheckpoint.copy(golden, models.resolve(golden.getFileName()));
            }
        }
        Path broken = models.resolve("broken");
        TinyCheckpoint.copy(GOLDENS.resolve("clip-eos-pooling"), broken);
        Files.write(broken.resolve("model.safetensors"), new byte[] {1, 2, 3});
        Path echo = Files.createDirectories(models.resolve("echo/7"));
        Files.writeString(echo.resolve("config.json"), "{\"model_type\": \"echo\", \"dimensions\": 8}");

        Path plugins = folder.resolve("plugins");
        TinyCheckpoint.copy(Distribution.HOME.resolve("plugins"), plugins);
        TinyPlugin.echo(plugins, "echo");

        return new String[] {"--models", models.toString(), "--plugins", plugins.toString()};
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip-eos-pooling", "clip-legacy-pooling", "clip-fp16", "clip-bf16", "siglip"})
    void answersAsTransformersDoes(String name) throws Exception {
        JsonNode golden = new ObjectMapper()
                .readTree(GOLDENS.resolve(name).resolve("golden.json").toFile());
        List<Content> pictures = new ArrayList<>();
        for (JsonNode picture : golden.get("pictures")) {
            pictures.add(Content.image(GOLDENS.resolve(name).resolve("pictures").resolve(picture.asText())));
        }
        List<Integer> rows = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < golden.get("texts").size(); i++) {
            if (!golden.get("texts").get(i).asText().isBlank()) { // which the server refuses
                rows.add(i);
                texts.add(golden.get("texts").get(i).asText());
            }
        }

        EmbedOptions embed = EmbedOptions.DEFAULT.withModel(name).withTruncateText(true);
        var imageEmbeddings = sensorium.embed(pictures, embed).embeddings();
        var textEmbeddings = sensorium
                .embed(texts.stream().map(Content::text).toList(), embed)
                .embeddings();
        var matches = sensorium.match(pictures, texts, MatchOptions.DEFAULT.withEmbedding(embed));

        try (Safetensors expected = Safetensors.open(GOLDENS.resolve(name).resolve("golden.safetensors"))) {
            for (int i = 0; i < pictures.size(); i++) {
                assertClose(imageEmbeddings.get(i), row(expected, "image_embeds", i));
                assertScores(matches.get(i), row(expected, "logits_per_image", i), rows);
            }
            for (int k = 0; k < rows.size(); k++) {
                assertClose(textEmbeddings.get(k), row(expected, "text_embeds", rows.get(k)));
            }
        }
    }

    @Test
    void servesAPluginFromItsOwnJarBesideTheOthers() {
        assertThat(sensorium.plugins())
                .extracting(plugin -> plugin.name())
                .containsExactly("blip", "clip", "dalle", "echo", "flamingo", "gato");
        assertThat(sensorium
                        .embed(Content.text("hello"), EmbedOptions.DEFAULT.withModel("echo/7"))
                        .dimensions())
                .isEqualTo(8);
    }

    @Test
    void aBrokenCheckpointFailsAloneAndSaysWhy() {
        var broken = sensorium.model("broken");

        assertThat(broken.state()).isEqualTo(ModelState.FAILED);
        assertThat(broken.failure()).contains("model.safetensors").doesNotContain(folder.toString(), "Exception");
    }

    private static void assertClose(Embedding actual, FloatBuffer expected) {
        assertThat(actual.dimensions()).isEqualTo(expected.remaining());
        for (int d = 0; d < actual.dimensions(); d++) {
            assertThat((double) actual.values()[d]).isCloseTo(expected.get(d), within(TOLERANCE));
        }
    }

    private static void assertScores(MatchResult actual, FloatBuffer expected, List<Integer> rows) {
        for (int k = 0; k < rows.size(); k++) {
            assertThat((double) actual.labels().get(k).score())
                    .isCloseTo(expected.get(rows.get(k)), within(20 * TOLERANCE)); // scores are cosines times about 14
        }
    }

    private static FloatBuffer row(Safetensors file, String name, int index) {
        StoredTensor tensor = file.tensor(name);
        int length = (int) tensor.shape()[1];
        return tensor.data().asFloatBuffer().slice(index * length, length);
    }
}
