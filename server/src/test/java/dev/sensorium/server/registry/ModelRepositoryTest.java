package dev.sensorium.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints are found in both layouts, newest version first, and what cannot be one says why. */
class ModelRepositoryTest {

    @TempDir
    private Path folder;

    @Test
    void versionsAreFoundNewestFirst() throws IOException {
        for (String version : List.of("9", "10", "1.9", "1.10")) {
            config("clip/" + version, "{\"model_type\": \"clip\"}");
        }

        assertThat(new ModelRepository(folder).scan())
                .extracting(found -> found.key().version())
                .containsExactly("10", "9", "1.10", "1.9");
    }

    @Test
    void aPlainCheckpointFolderIsVersionOne() throws IOException {
        config("stranger", "{\"vision_config\": {\"model_type\": \"inner\"}, \"model_type\": \"clip\"}");
        config("stranger/onnx", "{\"model_type\": \"other\"}");

        assertThat(new ModelRepository(folder).scan())
                .containsExactly(Checkpoint.of(new ModelVersion("stranger", "1"), folder.resolve("stranger"), "clip"));
    }

    @Test
    void aPipelineIsOneModelWhoseComponentsLieInFolders() throws IOException {
        config("amused/text_encoder", "{\"model_type\": \"clip_text_model\"}");
        config("amused/vqvae", "{}");
        Files.writeString(
                folder.resolve("amused/model_index.json"),
                "{\"_class_name\": \"AmusedPipeline\", \"vqvae\": [\"diffusers\", \"VQModel\"]}");
        Files.writeString(Files.createDirectories(folder.resolve("odd/1")).resolve("model_index.json"), "{}");

        assertThat(new ModelRepository(folder).scan())
                .containsExactly(
                        Checkpoint.of(new ModelVersion("amused", "1"), folder.resolve("amused"), "AmusedPipeline"),
                        Checkpoint.failed(
                                new ModelVersion("odd", "1"),
                                folder.resolve("odd/1"),
                                "model_index.json: no _class_name (expected: a text such as \"AmusedPipeline\")"));
    }

    @Test
    void hiddenFoldersAndFilesAreNotLookedAt() throws IOException {
        config(".cache/1", "{\"model_type\": \"clip\"}");
        config("clip/.copying", "{\"model_type\": \"clip\"}");
        config("clip/1", "{\"model_type\": \"clip\"}");
        Files.writeString(folder.resolve("README.md"), "not a model");

        assertThat(new ModelRepository(folder).scan())
                .extracting(Checkpoint::key)
                .containsExactly(new ModelVersion("clip", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                              | config.json: not an object",
                "{\"model_type\":                | config.json: not JSON at line 1",
                "{\"architectures\": []}         | config.json: no model_type (expected: a text such as \"clip\")",
                "{\"model_type\": 3}             | config.json: no model_type (expected: a text such as \"clip\")",
                "{\"model_type\": \"\"}          | config.json: no model_type (expected: a text such as \"clip\")",
            })
    void aConfigThatDoesNotSayItsFamilyFails(String json, String failure) throws IOException {
        config("bad", json);

        assertThat(new ModelRepository(folder).scan())
                .singleElement()
                .returns(new ModelVersion("bad", "1"), Checkpoint::key)
                .returns("", Checkpoint::family)
                .returns(failure, Checkpoint::failure);
    }

    @Test
    void foldersThatCannotBeModelsFail() throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        Files.createDirectories(folder.resolve("versioned/7"));
        config("a name", "{\"model_type\": \"clip\"}");
        config("long", " ".repeat(1 << 20) + "{}");

        assertThat(new ModelRepository(folder).scan())
                .extracting(found -> found.key() + ": " + found.failure())
                .containsExactly(
                        "a name/1: model name: \"a name\" (expected: to match [A-Za-z0-9][A-Za-z0-9._-]{0,127})",
                        "empty/1: config.json: missing",
                        "long/1: config.json: 1048578 bytes (expected: <= 1048576)",
                        "versioned/7: config.json: missing");
    }

    private void config(String model, String json) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve(model)).resolve("config.json"), json);
    }
}
