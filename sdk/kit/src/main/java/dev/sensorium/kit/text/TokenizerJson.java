package dev.sensorium.kit.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The content of a {@code tokenizer.json}, with the little of it that is needed outside of the tokenizers library.
 *
 * @param file the name of the file that it comes from
 * @param text the JSON
 * @param addedTokens the ids of the tokens beside the trained vocabulary, among them the special ones
 * @param vocabulary the largest id plus one
 * @param endOfWordSuffix what BPE puts at the end of words and the library's decoder leaves there; empty if nothing
 */
record TokenizerJson(
        String file, String text, Map<String, Integer> addedTokens, int vocabulary, String endOfWordSuffix) {

    static final String FILE = "tokenizer.json";

    private static final int MAX_BYTES = 256 << 20;

    static TokenizerJson read(Path path) {
        String text = text(path);
        return of(FILE, parse(FILE, text), text);
    }

    static TokenizerJson of(String file, JsonNode root, String text) {
        checkTemplates(file, root.path("post_processor"));
        Map<String, Integer> addedTokens = new HashMap<>();
        root.path("added_tokens")
                .forEach(token -> addedTokens.put(
                        token.path("content").asText(), token.path("id").asInt()));
        JsonNode vocabulary = root.path("model").path("vocab");
        // Unigram lists its tokens in the order of their ids.
        IntStream ids = vocabulary.isArray()
                ? IntStream.of(vocabulary.size() - 1)
                : vocabulary.valueStream().mapToInt(JsonNode::asInt);
        int largest = IntStream.concat(ids, addedTokens.values().stream().mapToInt(Integer::intValue))
                .max()
                .orElse(-1);
        String suffix = root.path("model").path("end_of_word_suffix").asText("");
        return new TokenizerJson(file, text, Map.copyOf(addedTokens), largest + 1, suffix);
    }

    /** Checks what the library does not, but on which it would take down the process at the first text. */
    private static void checkTemplates(String file, JsonNode processor) {
        processor.path("processors").forEach(part -> checkTemplates(file, part));
        for (String template : List.of("single", "pair")) {
            for (JsonNode piece : processor.path(template)) {
                String token = piece.path("SpecialToken").path("id").asText("");
                if (piece.has("SpecialToken")
                        && !processor.path("special_tokens").has(token)) {
                    throw invalid("%s: post_processor: special token \"%s\" is missing".formatted(file, token));
                }
            }
        }
    }

    /** Returns what the library says against this file, fit for a message. */
    ModelException refuse(String what, Exception cause) {
        String fault = String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", "?");
        return invalid("%s: %s: %s".formatted(file, what, fault.substring(0, Math.min(fault.length(), 200))), cause);
    }

    /** Returns the content of a file of the tokenizer. */
    static String text(Path path) {
        String file = String.valueOf(path.getFileName());
        try {
            long size = Files.size(path);
            if (size > MAX_BYTES) {
                throw invalid("%s: %d bytes (expected: <= %d)".formatted(file, size, MAX_BYTES));
            }
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw invalid(file + ": not UTF-8", e);
        } catch (IOException e) {
            throw invalid(file + " cannot be read", e);
        }
    }

    static JsonNode parse(String file, String text) {
        try {
            JsonNode root = new JsonMapper().readTree(text);
            if (!root.isObject()) {
                throw invalid(file + ": not a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw invalid(file + ": not well-formed JSON", e);
        }
    }

    static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_CHECKPOINT, message);
    }

    static ModelException invalid(String message, Exception cause) {
        return new ModelException(Reason.INVALID_CHECKPOINT, message, cause);
    }
}
