package dev.sensorium.kit.decode;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lets texts not come up, wherever they begin or end and however they may be cut into tokens.
 *
 * <p>Tokens that hold such a text are left out beforehand, as transformers' {@code NoBadWordsLogitsProcessor} does. A
 * token that would only complete one is found when it is about to be chosen, by decoding the last few tokens; then it
 * is left out and another one is chosen.
 */
final class BadWords implements Rule {

    /** Tokens that may add nothing to a text, such as half of a character. */
    private static final int SLACK = 4;

    private final List<String> words;
    private final TextCodec codec;
    private final Banned alone;
    private final int tail;

    BadWords(List<String> texts, Vocabulary vocabulary) {
        this.codec = vocabulary.codec();
        this.words = words(texts, codec);
        this.alone = Banned.forGood(IntStream.range(0, vocabulary.size())
                .filter(token -> !vocabulary.isEnd(token))
                .filter(token -> words.stream().anyMatch(vocabulary.text(token)::contains))
                .toArray());
        // A token that adds to a text adds at least one of its characters, or one of at most 3 bytes of one.
        int longest = words.stream().mapToInt(String::length).max().orElse(0);
        this.tail = 3 * longest + SLACK;
    }

    /** Returns the texts, and how the model would write them: a model without upper case never writes "Cat". */
    private static List<String> words(List<String> texts, TextCodec codec) {
        Set<String> words = new LinkedHashSet<>(texts);
        for (String text : texts) {
            String written = codec.decode(codec.encode(text));
            if (!written.isBlank()) {
                words.add(written);
            }
        }
        return List.copyOf(words);
    }

    @Override
    public void apply(float[] scores, Tokens tokens) {
        alone.apply(scores, tokens);
    }

    /** Returns whether a token would complete one of the texts. */
    boolean completedBy(Tokens tokens, int token) {
        int[] tokensAfter = tokens.tailWith(tail, token);
        String after = codec.decode(tokensAfter);
        int end = words.stream().mapToInt(word -> lastEnd(after, word)).max().orElse(0);
        if (end == 0) {
            return false;
        }
        int[] tokensBefore = Arrays.copyOf(tokensAfter, tokensAfter.length - 1);
        return end > commonPrefix(codec.decode(tokensBefore), after);
    }

    private static int lastEnd(String text, String word) {
        int start = text.lastIndexOf(word);
        return start < 0 ? 0 : start + word.length();
    }

    private static int commonPrefix(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int i = 0;
        while (i < length && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }
}
