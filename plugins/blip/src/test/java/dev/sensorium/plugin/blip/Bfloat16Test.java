package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.nn.CosineScores;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the setting "dtype" to "bfloat16" keeps of the reference's numbers. */
class Bfloat16Test {

    private static final double COSINE = 0.9998;
    private static final double PROBABILITY = 0.01;
    private static final double LOG_PROBABILITY = 0.1;

    static Stream<Path> retrieval() {
        return Goldens.retrieval();
    }

    static Stream<Path> captions() {
        return Goldens.captions();
    }

    static Stream<Path> answers() {
        return Goldens.answers();
    }

    @ParameterizedTest
    @MethodSource("retrieval")
    void embeddingsPointWhereTheReferencesDo(Path folder) {
        Golden golden = new Golden(folder);
        try (RetrievalModel model = RetrievalModel.load(bfloat16(folder))) {
            Precision computed = NetworkOptions.of(bfloat16(folder)).precision(); // depends on the CPU
            assertThat(model.card().dtype()).isEqualTo(computed.settingName());
            assertPointing(model, golden.pictures(), golden.floats("image_features"));
            assertPointing(model, written(golden), golden.floats("text_features"));
        }
    }

    @ParameterizedTest
    @MethodSource("retrieval")
    void pairsAreNearlyAsLikely(Path folder) {
        Golden golden = new Golden(folder);
        float[] expected = golden.floats("itm_probabilities");
        int texts = golden.texts().size();
        try (RetrievalModel model = RetrievalModel.load(bfloat16(folder))) {
            float[][] scores = model.match(golden.pictures(), written(golden), PrepareOptions.DEFAULT);
            double worst = 0;
            for (int m = 0; m < scores.length; m++) {
                for (int n = 0; n < scores[m].length; n++) {
                    double probability = 1 / (1 + Math.exp(-scores[m][n]));
                    worst = Math.max(worst, Math.abs(probability - expected[2 * (m * texts + n) + 1]));
                }
            }
            assertThat(worst).isLessThan(PROBABILITY);
        }
    }

    @ParameterizedTest
    @MethodSource("captions")
    void captionsAreNearlyAsLikely(Path folder) throws InterruptedException {
        Golden golden = new Golden(folder);
        try (WritingModel model = WritingModel.load(bfloat16(folder), WritingModel.Kind.CAPTIONS)) {
            double worst = 0;
            for (int i = 0; i < golden.texts().size(); i++) {
                Prompt prompt =
                        Prompt.of(Task.CAPTION, List.of(golden.pictures().get(i)));
                worst = Math.max(worst, error(model, prompt, golden.texts().get(i), golden, i));
            }
            assertThat(worst).isLessThan(LOG_PROBABILITY);
        }
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answersAreNearlyAsLikely(Path folder) throws InterruptedException {
        Golden golden = new Golden(folder);
        Text question = new Text("is there a STAR above the naïve fox?");
        Prompt prompt = Prompt.of(Task.ANSWER, List.of(golden.pictures().get(1), question));
        try (WritingModel model = WritingModel.load(bfloat16(folder), WritingModel.Kind.ANSWERS)) {
            assertThat(error(model, prompt, new Text("the red circle"), golden, 1))
                    .isLessThan(LOG_PROBABILITY);
        }
    }

    private static ModelSpec bfloat16(Path folder) {
        return Goldens.spec(folder, "dtype", "bfloat16");
    }

    /** Returns the texts before the first blank one. */
    private static List<Text> written(Golden golden) {
        return golden.texts().stream()
                .takeWhile(text -> !text.value().isBlank())
                .toList();
    }

    private static void assertPointing(RetrievalModel model, List<? extends Content> contents, float[] expected) {
        List<float[]> references = new ArrayList<>();
        for (float[] reference : Laid.parts(expected, expected.length / model.dimensions())) {
            references.add(reference);
        }
        for (int i = 0; i < contents.size(); i++) {
            var prepared = model.prepare(contents.get(i), PrepareOptions.DEFAULT);
            float cosine = new CosineScores(1, 0).of(model.embed(List.of(prepared)), List.of(references.get(i)))[0][0];
            assertThat((double) cosine)
                    .as("cosine with the reference, %s", contents.get(i))
                    .isGreaterThan(COSINE);
        }
    }

    /** Returns how far the worst log-probability of a token is from the reference's. */
    private static double error(WritingModel model, Prompt prompt, Text text, Golden golden, int row)
            throws InterruptedException {
        float[] expected = Goldens.logProbabilities(golden, row);
        try (Steps<Score> scores = model.score(prompt, List.of(text), PrepareOptions.DEFAULT)) {
            List<Float> found = scores.next().orElseThrow().logProbabilities();
            assertThat(found).hasSameSizeAs(expected);
            double worst = 0;
            for (int t = 0; t < expected.length; t++) {
                worst = Math.max(worst, Math.abs(found.get(t) - expected[t]));
            }
            return worst;
        }
    }
}
