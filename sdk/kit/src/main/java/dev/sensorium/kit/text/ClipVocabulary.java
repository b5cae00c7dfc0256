package dev.sensorium.kit.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * CLIP's byte-level BPE as its older files have it: the ids of all tokens and the list of merges. The rest, from
 * normalisation to the special tokens, is the same for every CLIP (Radford et al. 2021, section 2.4; the reference is
 * transformers' {@code CLIPTokenizer}).
 *
 * @param file the file that messages are to name
 * @param tokens the id of every token
 * @param merges the pairs to merge, the most urgent first, each as two tokens with a space between
 */
record ClipVocabulary(String file, ObjectNode tokens, List<String> merges) {

    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";

    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final String END_OF_WORD = "</w>";

    /** OpenAI's list is longer than the vocabulary that it made of it. */
    private static final int PUBLISHED_MERGES = 49_152 - 256 - 2;

    /** Everything but vocabulary, merges and the ids of the special tokens. */
    private static final String FRAME =
            """
            {
              "version": "1.0",
              "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
                {"type": "Lowercase"}
              ]},
              "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "behavior": "Removed", "invert": true, "pattern": {"Regex":
                  "<\\\\|startoftext\\\\|>|<\\\\|endoftext\\\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+"}},
                {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
              ]},
              "post_processor": {"type": "RobertaProcessing", "trim_offsets": false, "add_prefix_space": false},
              "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
              "model": {"type": "BPE", "unk_token": "<|endoftext|>", "continuing_subword_prefix": "",
                "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": false, "ignore_merges": false}
            }""";

    /** Reads {@code vocab.json} and {@code merges.txt} of a checkpoint folder. */
    static ClipVocabulary read(Path folder) {
        JsonNode tokens = TokenizerJson.parse(VOCABULARY, TokenizerJson.text(folder.resolve(VOCABULARY)));
        List<String> lines = TokenizerJson.text(folder.resolve(MERGES)).lines().toList();
        return new ClipVocabulary(VOCABULARY, (ObjectNode) tokens, merges(MERGES, lines));
    }

    /** Reads OpenAI's list of merges and numbers the tokens as they did: bytes, bytes that end words, merges, specials. */
    static ClipVocabulary ofMerges(Path path) {
        String file = String.valueOf(path.getFileName());
        List<String> merges = merges(file, gunzip(file, path));
        merges = merges.subList(0, Math.min(merges.size(), PUBLISHED_MERGES));
        List<String> inOrder = new ArrayList<>(byteSymbols());
        byteSymbols().forEach(symbol -> inOrder.add(symbol + END_OF_WORD));
        merges.forEach(merge -> inOrder.add(merge.replace(" ", "")));
        inOrder.add(START);
        inOrder.add(END);
        ObjectNode tokens = JsonNodeFactory.instance.objectNode();
        inOrder.forEach(token -> tokens.put(token, tokens.size()));
        return new ClipVocabulary(file, tokens, merges);
    }

    /** Returns the {@code tokenizer.json} that is equal to these files. */
    TokenizerJson tokenizerJson() {
        ObjectNode root = (ObjectNode) TokenizerJson.parse(file, FRAME);
        ArrayNode added = root.putArray("added_tokens");
        for (String token : List.of(START, END)) {
            added.addObject()
                    .put("id", id(token))
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        ObjectNode processor = (ObjectNode) root.path("post_processor");
        processor.putArray("cls").add(START).add(id(START));
        processor.putArray("sep").add(END).add(id(END));
        ObjectNode model = (ObjectNode) root.path("model");
        model.set("vocab", tokens);
        merges.forEach(model.putArray("merges")::add);
        return TokenizerJson.of(file, root, root.toString());
    }

    private int id(String token) {
        JsonNode id = tokens.path(token);
        if (!id.isInt()) {
            throw TokenizerJson.invalid("%s: %s is missing".formatted(file, token));
        }
        return id.intValue();
    }

    private static List<String> merges(String file, List<String> lines) {
        List<String> merges = new ArrayList<>();
        int number = 0;
        for (String line : lines) {
            number++;
            boolean header = number == 1 && line.contains("#version:");
            if (header || line.isBlank()) {
                continue;
            }
            int space = line.indexOf(' ');
            if (space <= 0 || space == line.length() - 1 || space != line.lastIndexOf(' ')) {
                throw TokenizerJson.invalid("%s: line %d (expected: two tokens)".formatted(file, number));
            }
            merges.add(line);
        }
        return merges;
    }

    /** Returns the characters that stand for the 256 bytes: the printable ones themselves, then stand-ins. */
    private static List<String> byteSymbols() {
        return Stream.of(
                        IntStream.rangeClosed('!', '~'),
                        IntStream.rangeClosed(0xA1, 0xAC),
                        IntStream.rangeClosed(0xAE, 0xFF),
                        IntStream.range(0x100, 0x100 + 68))
                .flatMapToInt(range -> range)
                .mapToObj(Character::toString)
                .toList();
    }

    private static List<String> gunzip(String file, Path path) {
        try (var in = new GZIPInputStream(Files.newInputStream(path));
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw TokenizerJson.invalid(file + " cannot be read", e);
        }
    }
}
