package dev.sensorium.kit.decode;

import java.util.Arrays;

/** The tokens of one row so far: the prompt's, then those that were generated. */
final class Tokens {

    private final int prompt;
    private int[] ids;
    private int length;

    Tokens(int[] prompt) {
        this.prompt = prompt.length;
        this.ids = Arrays.copyOf(prompt, prompt.length + 16);
        this.length = prompt.length;
    }

    /** Returns how many there are, the prompt's included. */
    int length() {
        return length;
    }

    /** Returns how many were generated. */
    int generated() {
        return length - prompt;
    }

    int at(int index) {
        return ids[index];
    }

    void add(int token) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length] = token;
        length++;
    }

    /** Takes the place of another row of the same prompt. */
    void become(Tokens other) {
        if (ids.length < other.length) {
            ids = new int[other.ids.length];
        }
        System.arraycopy(other.ids, 0, ids, 0, other.length);
        length = other.length;
    }

    /** Returns at most so many of the last generated ones, and one more. */
    int[] tailWith(int most, int token) {
        int count = Math.min(most, generated());
        int[] tail = Arrays.copyOfRange(ids, length - count, length + 1);
        tail[count] = token;
        return tail;
    }

    /** Returns those that were generated, and one more. */
    int[] generatedWith(int token) {
        return tailWith(generated(), token);
    }
}
