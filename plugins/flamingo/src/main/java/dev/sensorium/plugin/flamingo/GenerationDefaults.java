package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Beams;
import dev.sensorium.spi.Decoding.Greedy;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Sample;
import dev.sensorium.spi.Decoding.Stop;
import dev.sensorium.spi.Decoding.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a checkpoint's tokens are chosen if a request does not say: by its {@code generation_config.json}, where an absent
 * file or key means what transformers' {@code GenerationConfig} does.
 */
final class GenerationDefaults {

    private static final String FILE = "generation_config.json";

    /** What transformers' class says counts a prompt's tokens, too, and most prompts have more. */
    private static final int MAX_NEW_TOKENS = 64;

    private final HubConfig config;

    private GenerationDefaults(HubConfig config) {
        this.config = config;
    }

    /** Reads the defaults of a checkpoint folder for texts of at most so many tokens. */
    static Decoding read(Path folder, int context) {
        GenerationDefaults defaults = new GenerationDefaults(HubConfig.readIfPresent(folder, FILE));
        return new Decoding(defaults.length(context), defaults.strategy(), defaults.rules(), Stop.NONE, 0);
    }

    private Length length(int context) {
        int max = Math.min(context, config.integer("max_new_tokens", 1).orElse(MAX_NEW_TOKENS));
        int min = config.integer("min_new_tokens", 0).orElse(0);
        if (min > max) {
            throw config.refuse("min_new_tokens", min, "<= max_new_tokens, " + max);
        }
        return new Length(min, max);
    }

    private Strategy strategy() {
        int beams = config.integer("num_beams", 1, Beams.MOST).orElse(1);
        boolean sampled = config.bool("do_sample").orElse(false);
        if (beams > 1 && sampled) {
            throw config.refuse("do_sample", true, "false, as num_beams is " + beams);
        }
        if (beams > 1) {
            double penalty = config.number("length_penalty").orElse(1.0);
            return new Beams(beams, penalty, config.bool("early_stopping").orElse(false));
        }
        return sampled ? sample() : new Greedy();
    }

    private Sample sample() {
        return new Sample(
                config.positive("temperature").orElse(1.0),
                config.integer("top_k", 0).orElse(50),
                config.positive("top_p").orElse(1.0),
                config.number("min_p").orElse(0.0),
                OptionalLong.empty());
    }

    private Rules rules() {
        return new Rules(
                config.positive("repetition_penalty").orElse(1.0),
                config.integer("no_repeat_ngram_size", 0).orElse(0),
                List.of(),
                List.of());
    }
}
