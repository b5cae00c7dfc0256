package dev.sensorium.server.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one thing that the server reads of a checkpoint: the {@code model_type} of its {@code config.json}. */
final class ModelConfig {

    static final String FILE = "config.json";

    private static final long MAX_BYTES = 1 << 20;

    private ModelConfig() {}

    /**
     * Returns the family of the checkpoint in a folder.
     *
     * @throws IllegalArgumentException if config.json does not say; the message is fit for callers
     */
    static String family(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("config.json: missing");
        }
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "config.json: %d bytes (expected: <= %d)".formatted(bytes, MAX_BYTES));
            }
            return family(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "config.json: not JSON at line %d".formatted(e.getLocation().getLineNr()), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("config.json: cannot be read", e);
        }
    }

    private static String family(byte[] json) throws IOException {
        String family = "";
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("config.json: not an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("model_type") && value == JsonToken.VALUE_STRING) {
                    family = parser.getText();
                }
                parser.skipChildren();
            }
        }
        if (family.isBlank()) {
            throw new IllegalArgumentException("config.json: no model_type (expected: a text such as \"clip\")");
        }
        return family;
    }
}
