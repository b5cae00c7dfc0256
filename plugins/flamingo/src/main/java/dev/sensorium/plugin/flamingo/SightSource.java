package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.decode.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All pictures of a prompt, in order: the parts of what its tokens see.
 *
 * @param parts the pictures, maybe none
 * @param states how many states each has
 */
record SightSource(List<Source> parts, int states) implements Source {

    SightSource {
        parts = List.copyOf(parts);
    }

    @Override
    public @Nullable Object key() {
        return null;
    }

    @Override
    public Object group() {
        return SightSource.class;
    }

    /** Returns how many states all of them have; those of one where there is none, which no token sees. */
    @Override
    public int length() {
        return states * Math.max(1, parts.size());
    }
}
