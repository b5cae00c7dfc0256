package dev.sensorium.kit.decode;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Beams;
import dev.sensorium.spi.Decoding.Greedy;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Sample;
import dev.sensorium.spi.Decoding.Stop;
import dev.sensorium.spi.Decoding.Strategy;
import dev.sensorium.spi.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * A checkpoint's {@code generation_config.json}, where an absent file or key means what transformers'
 * {@code GenerationConfig} does. What it says of lengths means something else in every family.
 *
 * @param keys what it says
 */
public record GenerationConfig(HubConfig keys) {

    private static final String FILE = "generation_config.json";

    /** Reads that of a checkpoint folder. */
    public static GenerationConfig read(Path folder) {
        return new GenerationConfig(HubConfig.readIfPresent(folder, FILE));
    }

    /**
     * Returns how tokens are chosen for texts of this length.
     *
     * @throws ModelException INVALID_CHECKPOINT if keys contradict each other
     */
    public Decoding decoding(Length length) {
        return new Decoding(length, strategy(), rules(), Stop.NONE, 0);
    }

    private Strategy strategy() {
        int beams = keys.integer("num_beams", 1, Beams.MOST).orElse(1);
        boolean sampled = keys.bool("do_sample").orElse(false);
        if (beams > 1 && sampled) {
            throw keys.refuse("do_sample", true, "false, as num_beams is " + beams);
        }
        if (beams > 1) {
            double penalty = keys.number("length_penalty").orElse(1.0);
            return new Beams(beams, penalty, keys.bool("early_stopping").orElse(false));
        }
        return sampled ? sample() : new Greedy();
    }

    private Sample sample() {
        return new Sample(
                keys.positive("temperature").orElse(1.0),
                keys.integer("top_k", 0).orElse(50),
                keys.positive("top_p").orElse(1.0),
                keys.number("min_p").orElse(0.0),
                OptionalLong.empty());
    }

    private Rules rules() {
        return new Rules(
                keys.positive("repetition_penalty").orElse(1.0),
                keys.integer("no_repeat_ngram_size", 0).orElse(0),
                List.of(),
                List.of());
    }
}
