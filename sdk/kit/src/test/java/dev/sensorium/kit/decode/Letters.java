package dev.sensorium.kit.decode;

import java.util.Collection;
import java.util.List;

/** Tokens that are letters: 0 is "a"; the last few are special and no text. */
record Letters(int count) implements TextCodec {

    /** Returns a vocabulary of so many tokens, the ends among the special ones. */
    static Vocabulary vocabulary(int size, int letters, Collection<Integer> ends, Collection<Integer> never) {
        return Vocabulary.of(size, new Letters(letters), ends, never);
    }

    /** Returns the letters a to y, and 25 as the end. */
    static Vocabulary alphabet() {
        return vocabulary(26, 25, List.of(25), List.of());
    }

    @Override
    public int[] encode(String text) {
        return text.chars().map(letter -> letter - 'a').toArray();
    }

    @Override
    public String decode(int... tokens) {
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            if (token < count) {
                text.append((char) ('a' + token));
            }
        }
        return text.toString();
    }
}
