package dev.sensorium.kit.decode;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sensorium.kit.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tokenizers of all kinds, over real tokenizer files. */
final class Codecs {

    static final List<String> CORPUS = lines(Path.of("src/test/python/tokenizer_corpus.txt"));

    private static final Path CLIP = Path.of("src/test/resources/goldens/tokenizer");
    private static final JsonMapper MAPPER = new JsonMapper();

    private Codecs() {}

    /** Returns CLIP's byte-level BPE, whose words end in a mark. */
    static TextCodec clip() {
        Tokenizer tokenizer = Tokenizer.open(CLIP);
        return new TextCodec() {
            @Override
            public int[] encode(String text) {
                int[] ids = tokenizer.encode(text);
                return Arrays.copyOfRange(ids, 1, ids.length - 1);
            }

            @Override
            public String decode(int... tokens) {
                return tokenizer.decode(tokens);
            }
        };
    }

    /** Returns byte-level BPE as GPT-2 has it; most bytes are tokens. */
    static TextCodec bytes(Path folder) {
        ObjectNode root = root("ByteLevel");
        ((ObjectNode) root.path("pre_tokenizer")).put("add_prefix_space", false).put("trim_offsets", true);
        ((ObjectNode) root.path("decoder")).put("add_prefix_space", false).put("trim_offsets", true);
        Set<String> tokens = new LinkedHashSet<>();
        IntStream.range(0x21, 0x180).mapToObj(Character::toString).forEach(tokens::add);
        String[] merges = {"t h", "th e", "Ġ the", "i n", "a n", "Ġ a", "Ð ¾", "Ã ©", "ð Ł", "Ġ '", "n '"};
        return bpe(root, tokens, merges, folder);
    }

    /** Returns BPE as Llama has it: spaces are marks, and rare characters are bytes. */
    static TextCodec marks(Path folder) {
        ObjectNode root = MAPPER.createObjectNode().put("version", "1.0");
        ArrayNode normalizers =
                root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "Prepend").put("prepend", "▁");
        replace(normalizers.addObject(), " ", "▁");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders.addObject(), "▁", " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        decoders.addObject()
                .put("type", "Strip")
                .put("content", " ")
                .put("start", 1)
                .put("stop", 0);
        Set<String> tokens = new LinkedHashSet<>(List.of("<unk>"));
        IntStream.range(0, 256).mapToObj("<0x%02X>"::formatted).forEach(tokens::add);
        tokens.add("▁");
        IntStream.range(0x21, 0x7F).mapToObj(Character::toString).forEach(tokens::add);
        return bpe(root, tokens, new String[] {"t h", "th e", "▁ the", "i n", "▁ a", "e r"}, folder);
    }

    /** Returns WordPiece as BERT has it; most words are of several pieces. */
    static TextCodec wordPiece(Path folder) {
        ObjectNode root = root("WordPiece");
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ((ObjectNode) root.path("decoder")).put("prefix", "##").put("cleanup", false);
        Set<String> tokens = new LinkedHashSet<>(List.of("[UNK]"));
        Stream.concat(CORPUS.stream(), Stream.of("abcdefghijklmnopqrstuvwxyz?!.,'#"))
                .flatMap(line -> line.codePoints().filter(c -> c != ' ').mapToObj(Character::toString))
                .forEach(letter -> tokens.addAll(List.of(letter, "##" + letter)));
        tokens.addAll(List.of("the", "and", "of", "cat", "##ing", "##er", "re", "ve", "##cat", "don", "doesn", "they"));
        return model(root.putObject("model").put("type", "WordPiece"), root, tokens, folder);
    }

    /** Returns the same whose texts are cleaned up as {@code clean_up_tokenization} of transformers does. */
    static TextCodec cleaned(TextCodec codec) {
        return new TextCodec() {
            @Override
            public int[] encode(String text) {
                return codec.encode(text);
            }

            @Override
            public String decode(int... tokens) {
                String text = codec.decode(tokens);
                for (String joined : List.of(" .", " ?", " !", " ,")) {
                    text = text.replace(joined, joined.strip());
                }
                text = text.replace(" ' ", "'");
                for (String joined : List.of(" n't", " 'm", " 's", " 've", " 're")) {
                    text = text.replace(joined, joined.strip());
                }
                return text;
            }
        };
    }

    private static ObjectNode root(String decoder) {
        ObjectNode root = MAPPER.createObjectNode().put("version", "1.0");
        root.putObject("pre_tokenizer").put("type", decoder);
        root.putObject("decoder").put("type", decoder);
        return root;
    }

    private static void replace(ObjectNode node, String what, String by) {
        node.put("type", "Replace").put("content", by).putObject("pattern").put("String", what);
    }

    private static TextCodec bpe(ObjectNode root, Set<String> tokens, String[] merges, Path folder) {
        ObjectNode model = root.putObject("model").put("type", "BPE").put("byte_fallback", true);
        for (String merge : merges) {
            model.withArray("merges").add(merge);
            tokens.add(merge.replace(" ", ""));
        }
        return model(model, root, tokens, folder);
    }

    private static TextCodec model(ObjectNode model, ObjectNode root, Set<String> tokens, Path folder) {
        if (tokens.contains("[UNK]")) {
            model.put("unk_token", "[UNK]").put("continuing_subword_prefix", "##");
            model.put("max_input_chars_per_word", 100);
        }
        ObjectNode vocabulary = model.putObject("vocab");
        tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
        try {
            Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Tokenizer tokenizer = Tokenizer.open(folder);
        return new TextCodec() {
            @Override
            public int[] encode(String text) {
                return tokenizer.encode(text);
            }

            @Override
            public String decode(int... ids) {
                return tokenizer.decode(ids);
            }
        };
    }

    private static List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
