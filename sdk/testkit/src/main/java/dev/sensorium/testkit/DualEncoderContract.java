package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.PrepareOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model promises that is a {@link DualEncoder}. */
public interface DualEncoderContract extends EmbedderContract, MatcherContract {

    @Test
    default void scoreOfTheEmbeddingsIsTheMatch() {
        try (Model model = Contracts.load(this)) {
            assertThat(model).as("the model must be a DualEncoder").isInstanceOf(DualEncoder.class);
            DualEncoder encoder = (DualEncoder) model;
            List<Content> contents = samples(encoder.matchable());
            float[][] scores = encoder.score(
                    contents.stream()
                            .map(content -> Vectors.embed(encoder, content))
                            .toList(),
                    texts().stream().map(text -> Vectors.embed(encoder, text)).toList());
            float[][] matches = encoder.match(contents, texts(), PrepareOptions.DEFAULT);
            assertThat(scores).as("score(embeddings): one row per content").hasNumberOfRows(matches.length);
            for (int m = 0; m < matches.length; m++) {
                assertThat(scores[m])
                        .as("score(embeddings)[%d] must be the match of contents[%d]", m, m)
                        .usingComparatorWithPrecision(scoreTolerance())
                        .containsExactly(matches[m]);
            }
        }
    }
}
