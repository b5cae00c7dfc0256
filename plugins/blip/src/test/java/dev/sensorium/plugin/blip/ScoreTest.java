package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A text is as likely as the reference's logits have it. */
class ScoreTest {

    private static final float TOLERANCE = 1e-4f;

    static Stream<Path> captions() {
        return Goldens.captions();
    }

    static Stream<Path> answers() {
        return Goldens.answers();
    }

    @ParameterizedTest
    @MethodSource("captions")
    void ofCaptions(Path folder) throws InterruptedException {
        Golden golden = new Golden(folder);
        try (WritingModel model = WritingModel.load(Goldens.spec(folder), WritingModel.Kind.CAPTIONS)) {
            for (int i = 0; i < golden.texts().size(); i++) {
                Prompt prompt =
                        Prompt.of(Task.CAPTION, List.of(golden.pictures().get(i)));
                assertLikely(model, prompt, golden.texts().get(i), golden, i);
            }
        }
    }

    /** Only the longest question is without padding, which the reference's decoder sees. */
    @ParameterizedTest
    @MethodSource("answers")
    void ofAnswers(Path folder) throws InterruptedException {
        Golden golden = new Golden(folder);
        Content picture = golden.pictures().get(1);
        Prompt prompt = Prompt.of(Task.ANSWER, List.of(picture, new Text("is there a STAR above the naïve fox?")));
        try (WritingModel model = WritingModel.load(Goldens.spec(folder), WritingModel.Kind.ANSWERS)) {
            assertLikely(model, prompt, new Text("the red circle"), golden, 1);
        }
    }

    private static void assertLikely(WritingModel model, Prompt prompt, Text text, Golden golden, int row)
            throws InterruptedException {
        int[] ids = Goldens.ids(golden, "decoder_input_ids").get(row);
        float[] expected = Goldens.logProbabilities(golden, row);
        try (Steps<Score> scores = model.score(prompt, List.of(text), PrepareOptions.DEFAULT)) {
            Score score = scores.next().orElseThrow();
            assertThat(score.tokens())
                    .containsExactlyElementsOf(
                            Arrays.stream(ids, 1, expected.length + 1).boxed().toList());
            for (int t = 0; t < expected.length; t++) {
                assertThat(score.logProbabilities().get(t))
                        .as("log-probability of token %d of text %d", t, row)
                        .isCloseTo(expected[t], Offset.offset(TOLERANCE));
            }
        }
    }
}
