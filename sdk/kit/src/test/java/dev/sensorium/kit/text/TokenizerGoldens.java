package dev.sensorium.kit.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** What transformers made of difficult strings; written by {@code tokenizer_goldens.py} and {@code wordpiece_goldens.py}. */
final class TokenizerGoldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens/tokenizer");

    static final Path WORDPIECE = Path.of("src/test/resources/goldens/wordpiece");

    private TokenizerGoldens() {}

    /**
     * A text and its ids.
     *
     * @param ids all of them
     * @param padded truncated and padded to the model's context
     * @param length how many of the padded ones are not padding
     * @param decoded the text of the ids without special tokens; empty where the file has none
     */
    record Case(String text, int[] ids, int[] padded, int length, String decoded) {}

    static List<Case> read(Path file) {
        try {
            JsonNode root = new JsonMapper().readTree(file.toFile());
            return root.path("strings")
                    .valueStream()
                    .map(node -> new Case(
                            node.path("text").textValue(),
                            ints(node.path("ids")),
                            ints(node.path("padded")),
                            node.path("length").intValue(),
                            node.path("decoded").asText("")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] ints(JsonNode node) {
        return node.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
