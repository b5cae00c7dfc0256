package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Takes texts apart into token ids, as min-dalle's {@code TextTokenizer} does. Safe for use from many threads. */
final class TextTokenizer {

    private static final String VOCABULARY = "vocab.json";
    private static final String START = "<s>";
    private static final String END = "</s>";
    private static final String UNKNOWN = "<unk>";

    private final Map<String, Integer> vocabulary;
    private final BytePairs pairs;
    private final EmojiNames emoji;
    private final int start;
    private final int end;
    private final int unknown;

    private TextTokenizer(HubConfig file, BytePairs pairs, EmojiNames emoji) {
        this.vocabulary = Map.copyOf(file.integers(0));
        this.pairs = pairs;
        this.emoji = emoji;
        this.start = file.integer(START, 0).required();
        this.end = file.integer(END, 0).required();
        this.unknown = file.integer(UNKNOWN, 0).required();
    }

    /**
     * Reads the tokenizer of a checkpoint folder.
     *
     * @param size how many ids the encoder knows
     * @throws ModelException INVALID_CHECKPOINT if a file is missing or broken, or an id is too large
     */
    static TextTokenizer read(Path folder, int size, EmojiNames emoji) {
        HubConfig file = HubConfig.read(folder, VOCABULARY);
        TextTokenizer tokenizer = new TextTokenizer(file, BytePairs.read(folder), emoji);
        tokenizer.vocabulary.forEach((subword, id) -> {
            if (id >= size) {
                throw file.refuse(subword, id, "< %d, encoder_vocab_size".formatted(size));
            }
        });
        return tokenizer;
    }

    /** Returns the words of a text, in ASCII and lower case, emoji as their names. */
    List<String> words(String text) {
        StringBuilder ascii = new StringBuilder();
        emoji.named(text, "")
                .toLowerCase(Locale.ROOT)
                .chars()
                .filter(c -> c < 128)
                .forEach(c -> ascii.append((char) c));
        List<String> words = new ArrayList<>();
        for (String word : ascii.toString().split(" ")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** Returns the ids of words, those of the start and the end around them. */
    int[] ids(List<String> words) {
        List<Integer> ids = new ArrayList<>();
        ids.add(start);
        for (String word : words) {
            for (String part : pairs.apart(word)) {
                ids.add(vocabulary.getOrDefault(part, unknown));
            }
        }
        ids.add(end);
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
