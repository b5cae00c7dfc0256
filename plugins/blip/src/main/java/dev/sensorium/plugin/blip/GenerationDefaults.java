package dev.sensorium.plugin.blip;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.decode.GenerationConfig;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Length;
import java.nio.file.Path;

/** How a checkpoint's tokens are chosen if a request does not say. */
final class GenerationDefaults {

    /** What transformers' class counts are all tokens, that with which every text begins included. */
    private static final int MAX_LENGTH = 20;

    private static final int BEGIN = 1;

    private GenerationDefaults() {}

    /** Reads the defaults of a checkpoint folder for texts of at most so many tokens. */
    static Decoding read(Path folder, int context) {
        GenerationConfig config = GenerationConfig.read(folder);
        return config.decoding(length(config.keys(), context));
    }

    private static Length length(HubConfig keys, int context) {
        int maxLength = keys.integer("max_length", BEGIN + 1).orElse(MAX_LENGTH);
        int max = Math.min(context, keys.integer("max_new_tokens", 1).orElse(maxLength - BEGIN));
        int minLength = keys.integer("min_length", 0).orElse(0);
        int min = keys.integer("min_new_tokens", 0).orElse(Math.max(0, minLength - BEGIN));
        if (min > max) {
            throw keys.refuse("min_length", minLength, "<= max_length");
        }
        return new Length(min, max);
    }
}
