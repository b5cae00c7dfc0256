package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.kit.decode.GenerationConfig;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Length;
import java.nio.file.Path;

/** How a checkpoint's tokens are chosen if a request does not say. */
final class GenerationDefaults {

    /** What transformers' class says counts a prompt's tokens, too, and most prompts have more. */
    private static final int MAX_NEW_TOKENS = 64;

    private GenerationDefaults() {}

    /** Reads the defaults of a checkpoint folder for texts of at most so many tokens. */
    static Decoding read(Path folder, int context) {
        GenerationConfig config = GenerationConfig.read(folder);
        return config.decoding(length(config.keys(), context));
    }

    private static Length length(HubConfig keys, int context) {
        int max = Math.min(context, keys.integer("max_new_tokens", 1).orElse(MAX_NEW_TOKENS));
        int min = keys.integer("min_new_tokens", 0).orElse(0);
        if (min > max) {
            throw keys.refuse("min_new_tokens", min, "<= max_new_tokens, " + max);
        }
        return new Length(min, max);
    }
}
