package dev.sensorium.kit.decode;

/** A tokenizer as generation needs it: texts to the tokens that a model would generate for them, and back. */
public interface TextCodec {

    /** Returns the tokens of a text, without special ones such as start and end. */
    int[] encode(String text);

    /**
     * Returns the text of tokens, without special ones; incomplete characters, as byte-level tokens may leave them, as
     * U+FFFD.
     */
    String decode(int... tokens);
}
