package dev.sensorium.kit.nn;

import org.jspecify.annotations.Nullable;

/**
 * How a decoder's new tokens attend to those before them.
 *
 * @param rotary turns queries and keys by their positions; null if embeddings tell of these
 * @param scaled whether scores are divided by the root of a head's width, as Vaswani et al. 2017 have it and GPT-Neo has
 *     not
 * @param window how many tokens each sees, itself included; 0 for all
 */
public record Relation(@Nullable Rotary rotary, boolean scaled, int window) {

    /** To all of them, with scaled scores. */
    public static final Relation USUAL = new Relation(null, true, 0);

    public Relation {
        if (window < 0) {
            throw new IllegalArgumentException("window: %d (expected: >= 0)".formatted(window));
        }
    }
}
