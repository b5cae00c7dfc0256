package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Beams;
import dev.sensorium.spi.Decoding.Length;
import dev.sensorium.spi.Decoding.Rules;
import dev.sensorium.spi.Decoding.Sample;
import dev.sensorium.spi.Decoding.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint says about choosing tokens, and what its silence means. */
class GenerationDefaultsTest {

    @TempDir
    Path folder;

    @Test
    void areGreedyUpToTwentyTokensWithTheFirst() {
        assertThat(GenerationDefaults.read(folder, 512)).isEqualTo(Decoding.greedy(19));
        assertThat(GenerationDefaults.read(folder, 8)).isEqualTo(Decoding.greedy(8));
    }

    @Test
    void areBeamsAsTheFileSays() throws IOException {
        write("{\"num_beams\": 3, \"length_penalty\": 1.5, \"early_stopping\": true, \"min_length\": 5,"
                + " \"max_length\": 30, \"repetition_penalty\": 1.1, \"no_repeat_ngram_size\": 2}");
        assertThat(GenerationDefaults.read(folder, 512))
                .isEqualTo(new Decoding(
                        new Length(4, 29),
                        new Beams(3, 1.5, true),
                        new Rules(1.1, 2, List.of(), List.of()),
                        Stop.NONE,
                        0));
    }

    @Test
    void areSampledAsTheFileSays() throws IOException {
        write(
                "{\"do_sample\": true, \"temperature\": 0.7, \"top_p\": 0.9, \"max_new_tokens\": 7, \"min_new_tokens\": 2}");
        assertThat(GenerationDefaults.read(folder, 512))
                .isEqualTo(new Decoding(
                        new Length(2, 7), new Sample(0.7, 50, 0.9, 0, OptionalLong.empty()), Rules.NONE, Stop.NONE, 0));
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), json);
    }
}
