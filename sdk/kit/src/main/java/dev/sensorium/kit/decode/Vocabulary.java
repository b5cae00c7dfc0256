package dev.sensorium.kit.decode;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What a model's tokens are. Safe for use from many threads; one for all requests of a model. */
public final class Vocabulary {

    /** Any word before it: what a token stands for is what it adds to a text, its space included. */
    private static final String ANCHOR = "a";

    private final int size;
    private final TextCodec codec;
    private final BitSet ends;
    private final BitSet never;
    private final AtomicReferenceArray<String> texts;

    private Vocabulary(int size, TextCodec codec, BitSet ends, BitSet never) {
        this.size = size;
        this.codec = codec;
        this.ends = ends;
        this.never = never;
        this.texts = new AtomicReferenceArray<>(size);
    }

    /**
     * Describes a model's tokens.
     *
     * @param size how many logits a row has
     * @param codec safe for use from many threads
     * @param ends the tokens by which the model says that the text ends, at least one
     * @param never tokens that are never generated, such as padding and the start
     */
    public static Vocabulary of(int size, TextCodec codec, Collection<Integer> ends, Collection<Integer> never) {
        if (ends.isEmpty()) {
            throw new IllegalArgumentException("ends: 0 (expected: >= 1)");
        }
        return new Vocabulary(size, codec, set(size, "ends", ends), set(size, "never", never));
    }

    /** Returns how many logits a row has. */
    public int size() {
        return size;
    }

    /** Returns whether the model says by this token that the text ends. */
    public boolean isEnd(int token) {
        return ends.get(token);
    }

    /** Returns what a token stands for by itself, with the space before it if it has one. */
    public String text(int token) {
        String text = texts.get(token);
        if (text == null) {
            text = addedBy(token);
            texts.set(token, text);
        }
        return text;
    }

    TextCodec codec() {
        return codec;
    }

    int[] ends() {
        return ends.stream().toArray();
    }

    int[] never() {
        return never.stream().toArray();
    }

    boolean isNever(int token) {
        return never.get(token);
    }

    private String addedBy(int token) {
        int[] anchor = codec.encode(ANCHOR);
        String before = codec.decode(anchor);
        int[] both = Arrays.copyOf(anchor, anchor.length + 1);
        both[anchor.length] = token;
        String after = codec.decode(both);
        return after.startsWith(before) ? after.substring(before.length()) : codec.decode(token);
    }

    private static BitSet set(int size, String field, Collection<Integer> tokens) {
        BitSet set = new BitSet(size);
        for (int token : tokens) {
            if (token < 0 || token >= size) {
                throw new IllegalArgumentException("%s: %d (expected: 0 to %d)".formatted(field, token, size - 1));
            }
            set.set(token);
        }
        return set;
    }
}
