package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a row begins with.
 *
 * @param ids the prompt's tokens, at least one
 * @param source what the decoder attends to; null if the model has no encoder
 * @param views for each token, the part of the source that it sees, or -1 for none; what is generated sees what the last
 *     one does. Nothing where sources have no parts
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
public record Opening(int[] ids, @Nullable Source source, int[] views) {

    private static final int[] NONE = {};

    public Opening {
        if (ids.length == 0) {
            throw new IllegalArgumentException("ids: 0 (expected: >= 1)");
        }
        if (views.length != 0 && views.length != ids.length) {
            throw new IllegalArgumentException("views: %d (expected: %d)".formatted(views.length, ids.length));
        }
    }

    /** What a row begins with whose tokens see all of the source. */
    public Opening(int[] ids, @Nullable Source source) {
        this(ids, source, NONE);
    }

    /**
     * Requires that a context has room for so many more tokens, of which the last is not read.
     *
     * @param what they are, such as the setting "max_tokens"
     * @throws ModelException TOO_LONG if it has not
     */
    public void requireRoom(String what, int count, int context) {
        int room = context - ids.length + 1;
        if (count > room) {
            throw new ModelException(
                            Reason.TOO_LONG,
                            "%d (expected: <= %d, by a context of %d and a prompt of %d)"
                                    .formatted(count, room, context, ids.length))
                    .at(what);
        }
    }

    /** Returns what so many tokens see from the last one on. */
    int[] lastViews(int count) {
        if (views.length == 0) {
            return NONE;
        }
        int[] last = new int[count];
        Arrays.fill(last, views[views.length - 1]);
        return last;
    }
}
