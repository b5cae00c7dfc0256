package dev.sensorium.kit.decode;

import org.jspecify.annotations.Nullable;

/** A source of so many states, drawn from its seed. */
record Picture(long seed, int length, @Nullable Object key) implements Source {

    @Override
    public Object group() {
        return "picture";
    }
}
