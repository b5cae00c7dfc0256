package dev.sensorium.kit.decode;

import dev.sensorium.kit.text.Tokenizer;

/**
 * A checkpoint's tokenizer as generation needs it.
 *
 * @param tokenizer stays open as long as it is used
 */
public record TokenizerCodec(Tokenizer tokenizer) implements TextCodec {

    @Override
    public int[] encode(String text) {
        return tokenizer.encodePlain(text);
    }

    @Override
    public String decode(int... tokens) {
        return tokenizer.decode(tokens);
    }
}
