package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a model promises that is a {@link Matcher}. */
public interface MatcherContract extends ModelContract {

    /** Returns by how much a score may depend on the other contents and texts of its call. */
    default float scoreTolerance() {
        return 1e-3f;
    }

    /** Returns at least two texts to match with. */
    default List<Text> texts() {
        return List.of(
                new Text("a red circle"), new Text("a photo of a cat"), new Text("green"), new Text("a blue square"));
    }

    @Test
    default void scoresEveryContentAgainstEveryText() {
        try (Model model = Contracts.load(this)) {
            Matcher matcher = (Matcher) model;
            assertThat(matcher.matchable()).as("matchable()").isNotEmpty();
            assertThat(matcher.normalization()).as("normalization()").isNotNull();
            List<Content> contents = samples(matcher.matchable());
            float[][] scores = matcher.match(contents, texts(), PrepareOptions.DEFAULT);
            assertThat(scores).as("scores (M, N): one row per content").hasNumberOfRows(contents.size());
            for (float[] row : scores) {
                assertThat(Vectors.list(row))
                        .as("scores (M, N): one finite number per text, or probabilities are not defined")
                        .hasSize(texts().size())
                        .allMatch(Float::isFinite);
            }
        }
    }

    @Test
    default void scoresAPairAsAlone() {
        try (Model model = Contracts.load(this)) {
            Matcher matcher = (Matcher) model;
            List<Content> contents = samples(matcher.matchable());
            float[][] scores = matcher.match(contents, texts(), PrepareOptions.DEFAULT);
            for (int m = 0; m < contents.size(); m++) {
                int content = m;
                assertThat(scores[m])
                        .as(
                                "scores of contents[%d] (%s) must not depend on the other contents and texts",
                                m, Vectors.name(contents.get(m)))
                        .usingComparatorWithPrecision(scoreTolerance())
                        .containsExactly(alone(matcher, contents.get(content)));
            }
        }
    }

    private float[] alone(Matcher matcher, Content content) {
        float[] scores = new float[texts().size()];
        for (int n = 0; n < scores.length; n++) {
            scores[n] = matcher.match(List.of(content), List.of(texts().get(n)), PrepareOptions.DEFAULT)[0][0];
        }
        return scores;
    }

    @Test
    default void matchesFromManyThreadsAtOnce() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Matcher matcher = (Matcher) model;
            List<Content> contents = samples(matcher.matchable());
            float[][] alone = matcher.match(contents, texts(), PrepareOptions.DEFAULT);
            List<List<float[]>> results = Contracts.inParallel(
                    contents, content -> matcher.match(List.of(content), texts(), PrepareOptions.DEFAULT)[0]);
            IntStream.range(0, alone.length)
                    .forEach(m -> assertThat(results.get(m)).allSatisfy(row -> assertThat(row)
                            .as("scores beside other calls")
                            .usingComparatorWithPrecision(scoreTolerance())
                            .containsExactly(alone[m])));
        }
    }

    @Test
    default void saysWhichTextIsTooLong() {
        try (Model model = Contracts.load(this)) {
            Matcher matcher = (Matcher) model;
            List<Content> contents = samples(matcher.matchable()).subList(0, 1);
            List<Text> texts = List.of(texts().get(0), overlongText());
            Contracts.assertRefused(
                    "text that is too long",
                    () -> matcher.match(contents, texts, PrepareOptions.DEFAULT),
                    Set.of(Reason.TOO_LONG),
                    "texts[1]");
            float[][] scores = matcher.match(contents, texts, new PrepareOptions(true, false));
            assertThat(Vectors.list(scores[0]))
                    .as("scores of a text that was cut because truncateText was set")
                    .allMatch(Float::isFinite);
        }
    }

    @Test
    default void saysWhichContentIsBad() {
        try (Model model = Contracts.load(this)) {
            Matcher matcher = (Matcher) model;
            Content good = samples(matcher.matchable()).get(0);
            Set<Modality> others = EnumSet.allOf(Modality.class);
            others.removeAll(matcher.matchable());
            for (Content bad : Samples.of(others)) {
                assertSaysContent(matcher, good, bad);
            }
            for (Modality modality : matcher.matchable()) {
                Samples.unreadable(modality).forEach(bad -> assertSaysContent(matcher, good, bad));
            }
        }
    }

    private void assertSaysContent(Matcher matcher, Content good, Content bad) {
        Contracts.assertRefusedAt(
                "%s that cannot be matched".formatted(bad.modality()),
                () -> matcher.match(List.of(good, bad), texts(), PrepareOptions.DEFAULT),
                Set.of(Reason.INVALID_INPUT),
                "contents[1]");
    }
}
