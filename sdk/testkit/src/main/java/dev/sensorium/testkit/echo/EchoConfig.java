package dev.sensorium.testkit.echo;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code config.json} of an echo model; {@link EchoProvider} says what its keys mean.
 *
 * @param failLoad empty if loading is to succeed
 * @param poison empty if no text is poisonous
 * @param talk how it generates
 */
record EchoConfig(
        int dimensions,
        int maxText,
        boolean embedOnly,
        long estimateBytes,
        String failLoad,
        boolean nan,
        String poison,
        EchoTalk talk) {

    /** A key and its value, in a JSON object that holds no others: a string without escapes, a number or a boolean. */
    private static final Pattern ENTRY = Pattern.compile("\"(\\w+)\"\\s*:\\s*(?:\"([^\"]*)\"|([-\\w.]+))");

    EchoConfig {
        if (dimensions < 1 || maxText < 1) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "config.json: dimensions %d, max_text %d (expected: >= 1 each)".formatted(dimensions, maxText));
        }
    }

    static EchoConfig read(Path folder) {
        Map<String, String> values = entries(folder.resolve("config.json"));
        String family = values.getOrDefault("model_type", "");
        if (!family.equals("echo")) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT, "config.json: model_type \"%s\" (expected: \"echo\")".formatted(family));
        }
        try {
            return new EchoConfig(
                    Integer.parseInt(values.getOrDefault("dimensions", "")),
                    Integer.parseInt(values.getOrDefault("max_text", "77")),
                    Boolean.parseBoolean(values.get("embed_only")),
                    Long.parseLong(values.getOrDefault("estimate_bytes", "1048576")),
                    values.getOrDefault("fail_load", ""),
                    Boolean.parseBoolean(values.get("nan")),
                    values.getOrDefault("poison", ""),
                    EchoTalk.of(values));
        } catch (IllegalArgumentException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, "config.json: %s".formatted(e.getMessage()), e);
        }
    }

    private static Map<String, String> entries(Path file) {
        Map<String, String> values = new HashMap<>();
        try {
            Matcher entry = ENTRY.matcher(Files.readString(file));
            while (entry.find()) {
                String text = entry.group(2);
                values.put(entry.group(1), text == null ? entry.group(3) : text);
            }
            return values;
        } catch (IOException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, "config.json: cannot be read", e);
        }
    }
}
