package dev.sensorium.kit.decode;

import java.util.Arrays;
import java.util.List;

/**
 * Text that grows with its tokens, by nothing but the tokenizer's decoding of a window of the last of them.
 *
 * <p>Text is held back while later tokens may change it: characters whose bytes are incomplete, and what transformers'
 * {@code clean_up_tokenization} would join with what comes. The window moves on only where its text goes on as that of
 * all tokens does, so a token costs the same however long the text is.
 */
final class Detokenizer {

    /** Tokens before the window's new ones; what joins with them is at most half as long. */
    private static final int CONTEXT = 8;

    private static final int WINDOW = 3 * CONTEXT;

    /** Bytes of the longest character, each of which may be a token. */
    private static final int BYTES = 4;

    private static final char INCOMPLETE = '\uFFFD';

    /** Beginnings of " ' ", " n't", " 's", " 've", " 're", " .": these lose the space, and " ' " both. */
    private static final List<String> JOINING = List.of(" n '", " n'", " n", " 'v", " 'r", " '", " ");

    private final TextCodec codec;
    private int[] window;
    private int size;
    private int tryAt = WINDOW;

    /** How much of the window's text has left. */
    private int done;

    /**
     * Begins after some tokens.
     *
     * @param before tokens whose text has left; the text goes on from there
     */
    Detokenizer(TextCodec codec, int... before) {
        this.codec = codec;
        this.size = before.length;
        this.window = Arrays.copyOf(before, size + WINDOW);
        this.done = size == 0 ? 0 : text().length();
    }

    /** Takes a token and returns what is certain of the text. */
    String next(int token) {
        if (size == window.length) {
            window = Arrays.copyOf(window, 2 * size);
        }
        window[size] = token;
        size++;
        String text = text();
        int certain = text.length() - uncertain(text);
        String added = added(text, certain);
        if (size >= tryAt && done == text.length()) {
            moveOn(text);
        }
        return added;
    }

    /** Returns what is left at the end. */
    String end() {
        if (size == 0) {
            return "";
        }
        String text = text();
        return added(text, text.length());
    }

    private String added(String text, int until) {
        if (until <= done) {
            return "";
        }
        String added = text.substring(done, until);
        done = until;
        return added;
    }

    private static int uncertain(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == INCOMPLETE) {
            end--;
        }
        for (String joining : JOINING) {
            if (text.startsWith(joining, end - joining.length())) {
                return text.length() - end + joining.length();
            }
        }
        return text.length() - end;
    }

    /** Drops tokens from the start of the window, if the text of the others ends as that of all does. */
    private void moveOn(String text) {
        tryAt = size + CONTEXT;
        // One of these does not begin inside of a character.
        for (int count = CONTEXT; count < CONTEXT + BYTES; count++) {
            int[] kept = Arrays.copyOfRange(window, size - count, size);
            String shorter = codec.decode(kept);
            if (2 * commonEnd(shorter, text) > shorter.length()) {
                System.arraycopy(kept, 0, window, 0, count);
                size = count;
                done = shorter.length();
                tryAt = WINDOW;
                return;
            }
        }
    }

    private static int commonEnd(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int same = 0;
        while (same < length && one.charAt(one.length() - 1 - same) == other.charAt(other.length() - 1 - same)) {
            same++;
        }
        return same;
    }

    private String text() {
        return codec.decode(Arrays.copyOf(window, size));
    }
}
