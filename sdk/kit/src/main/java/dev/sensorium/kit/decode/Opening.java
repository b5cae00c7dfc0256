package dev.sensorium.kit.decode;

import org.jspecify.annotations.Nullable;

/**
 * What a row begins with.
 *
 * @param ids the prompt's tokens, at least one
 * @param source what the decoder attends to; null if the model has no encoder
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
public record Opening(int[] ids, @Nullable Source source) {

    public Opening {
        if (ids.length == 0) {
            throw new IllegalArgumentException("ids: 0 (expected: >= 1)");
        }
    }
}
