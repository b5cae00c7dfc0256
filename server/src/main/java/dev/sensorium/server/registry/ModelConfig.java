package dev.sensorium.server.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The one thing that the server reads of a checkpoint: the file that says its family. */
enum ModelConfig {
    /** That of a model, as transformers writes it. */
    MODEL("config.json", "model_type", "clip"),
    /** That of a pipeline, whose models lie in folders of their own, as diffusers writes it. */
    PIPELINE("model_index.json", "_class_name", "AmusedPipeline");

    private static final long MAX_BYTES = 1 << 20;

    private final String file;
    private final String key;
    private final String example;

    ModelConfig(String file, String key, String example) {
        this.file = file;
        this.key = key;
        this.example = example;
    }

    /** Returns which of these files a folder has; a model's if it has both. */
    static Optional<ModelConfig> in(Path folder) {
        return Arrays.stream(values())
                .filter(config -> Files.exists(folder.resolve(config.file)))
                .findFirst();
    }

    /**
     * Returns the family of the checkpoint in a folder.
     *
     * @throws IllegalArgumentException if the file does not say; the message is fit for callers
     */
    static String family(Path folder) {
        return in(folder).orElse(MODEL).read(folder);
    }

    /** Returns what is to be said of a family that is none of these. */
    static String refusal(Path folder, String family, Object expected) {
        ModelConfig config = in(folder).orElse(MODEL);
        return "%s: %s \"%s\" (expected: one of %s)".formatted(config.file, config.key, family, expected);
    }

    private String read(Path folder) {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(file + ": missing");
        }
        try {
            long bytes = Files.size(path);
            if (bytes > MAX_BYTES) {
                throw new IllegalArgumentException("%s: %d bytes (expected: <= %d)".formatted(file, bytes, MAX_BYTES));
            }
            return read(Files.readAllBytes(path));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s: not JSON at line %d".formatted(file, e.getLocation().getLineNr()), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot be read", e);
        }
    }

    private String read(byte[] json) throws IOException {
        String family = "";
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(file + ": not an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(key) && value == JsonToken.VALUE_STRING) {
                    family = parser.getText();
                }
                parser.skipChildren();
            }
        }
        if (family.isBlank()) {
            throw new IllegalArgumentException(
                    "%s: no %s (expected: a text such as \"%s\")".formatted(file, key, example));
        }
        return family;
    }
}
