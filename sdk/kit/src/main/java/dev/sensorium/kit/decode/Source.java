package dev.sensorium.kit.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder is to attend to, before an {@link Encoder} made states of it: a picture, a question about a picture, a
 * text to be drawn. Opaque to all but the model that made it, and immutable.
 */
public interface Source {

    /**
     * Returns a value that is equal among sources that have the same states, such as a 256-bit digest of the content and
     * of how it is preprocessed: the states are computed once for all of them, and kept for later ones. Null for a
     * source whose states are of use only once.
     */
    @Nullable
    Object key();

    /** Returns a value equal among sources that may be encoded in one batch, such as the kind of content. */
    Object group();

    /** Returns how many states the encoder makes of it. */
    int length();

    /** Returns the sources whose states the encoder needs for this one, such as the picture of a question. */
    default List<Source> parts() {
        return List.of();
    }
}
