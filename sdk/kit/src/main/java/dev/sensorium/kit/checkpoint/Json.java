package dev.sensorium.kit.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The JSON of checkpoints, read with its size bounded and its faults told by file name. */
final class Json {

    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final int SHOWN_CHARACTERS = 120;

    /** What Jackson adds to some messages about a text that has no name. */
    private static final Pattern SOURCE_LOCATION = Pattern.compile(" *\\([^(]*\\[Source: .*");

    /** Python writes NaN and Infinity; they are refused where a number is asked for, not where they lie unused. */
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Returns the object that a file consists of. */
    static ObjectNode readFile(Path file) {
        String name = fileName(file);
        if (!Files.exists(file)) {
            throw invalid(name + " is missing");
        }
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw invalid("%s: %d bytes (expected: <= %d)".formatted(name, size, MAX_FILE_BYTES));
            }
            return object(name, LENIENT, utf8(name, ByteBuffer.wrap(Files.readAllBytes(file))));
        } catch (IOException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, name + " cannot be read", e);
        }
    }

    /** Returns the object that these bytes consist of, in which no key may occur twice. */
    static ObjectNode readHeader(String name, ByteBuffer bytes) {
        return object(name, STRICT, utf8(name, bytes));
    }

    static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }

    static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_CHECKPOINT, message);
    }

    /** Returns a stranger's text in quotation marks, fit for a message. */
    static String quote(String text) {
        return '"' + shorten(text) + '"';
    }

    /** Returns a stranger's text without control characters, cut to a length that is fit for a message. */
    static String shorten(String text) {
        String shown = text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    private static String utf8(String name, ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, name + ": not UTF-8", e);
        }
    }

    private static ObjectNode object(String name, JsonMapper mapper, String text) {
        JsonNode node;
        try {
            node = mapper.readTree(text);
        } catch (JsonProcessingException e) {
            String fault = SOURCE_LOCATION.matcher(e.getOriginalMessage()).replaceAll("");
            String message = "%s: not well-formed JSON: %s".formatted(name, shorten(fault));
            throw new ModelException(Reason.INVALID_CHECKPOINT, message, e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw invalid(name + ": not a JSON object");
    }
}
