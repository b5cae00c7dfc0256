package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trained checkpoints that come with the plugin, on pictures of a renderer that they were not trained on. */
class DemoCheckpointTest {

    private static final Path SAMPLES = Path.of("../../deploy/samples");
    private static final Path MODELS = Path.of("models");

    private static Image picture(String file) throws IOException {
        return Image.of(Files.readAllBytes(SAMPLES.resolve(file)));
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Captions {

        private WritingModel model;

        @BeforeAll
        void load() {
            model = WritingModel.load(
                    Goldens.spec(MODELS.resolve("blip-caption-shapes/1")), WritingModel.Kind.CAPTIONS);
        }

        @AfterAll
        void close() {
            model.close();
        }

        @ParameterizedTest
        @CsvSource({
            "red-circle.png, a red circle",
            "blue-star.png, a blue star",
            "cyan-circle.webp, a cyan circle",
            "green-triangle.png, a green triangle",
            "yellow-cross.jpg, a yellow cross",
            "red-circle-left-of-blue-square.png, a red circle left of a blue square",
            "green-square-above-white-cross.png, a green square above a white cross",
            "orange-star-above-purple-circle.jpg, an orange star above a purple circle",
            "yellow-circle-left-of-cyan-triangle.png, a yellow circle left of a cyan triangle",
        })
        void saysWhatIsInThePicture(String file, String caption) throws IOException, InterruptedException {
            Prompt prompt = Prompt.of(Task.CAPTION, List.of(picture(file)));
            assertThat(Writing.of(model, prompt, model.defaults()).text()).isEqualTo(caption);
        }

        @Test
        void goesOnFromABeginning() throws IOException, InterruptedException {
            Prompt prompt = Prompt.of(Task.CAPTION, List.of(picture("red-circle-left-of-blue-square.png")))
                    .beginning("a red circle left of a");
            assertThat(Writing.of(model, prompt, model.defaults()).text()).isEqualTo(" blue square");
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Answers {

        private WritingModel model;

        @BeforeAll
        void load() {
            model = WritingModel.load(Goldens.spec(MODELS.resolve("blip-vqa-shapes/1")), WritingModel.Kind.ANSWERS);
        }

        @AfterAll
        void close() {
            model.close();
        }

        @ParameterizedTest
        @CsvSource({
            "red-circle.png, what color is the circle?, red",
            "blue-star.png, what shape is blue?, star",
            "cyan-circle.webp, is there a cyan circle?, yes",
            "cyan-circle.webp, is there a red circle?, no",
            "yellow-cross.jpg, how many objects are there?, one",
            "red-circle-left-of-blue-square.png, how many objects are there?, two",
            "red-circle-left-of-blue-square.png, what color is the square?, blue",
            "red-circle-left-of-blue-square.png, what is left of the square?, circle",
            "red-circle-left-of-blue-square.png, is the red circle right of the blue square?, no",
            "green-square-above-white-cross.png, what is below the square?, cross",
            "green-square-above-white-cross.png, is the cross green?, no",
        })
        void answersWhatIsAsked(String file, String question, String answer) throws IOException, InterruptedException {
            Prompt prompt = Prompt.of(Task.ANSWER, List.of(picture(file), new Text(question)));
            assertThat(Writing.of(model, prompt, model.defaults()).text()).isEqualTo(answer);
        }

        @Test
        void ranksTheAnswersThatItIsGiven() throws IOException, InterruptedException {
            Text question = new Text("what color is the circle?");
            Prompt prompt = Prompt.of(Task.ANSWER, List.of(picture("red-circle.png"), question));
            List<Text> answers = List.of(new Text("blue"), new Text("red"), new Text("yes"));
            List<Double> likelihoods = new ArrayList<>();
            try (var scores = model.score(prompt, answers, PrepareOptions.DEFAULT)) {
                for (var score = scores.next(); score.isPresent(); score = scores.next()) {
                    likelihoods.add(score.get().logLikelihood());
                }
            }
            assertThat(likelihoods).hasSize(3);
            assertThat(likelihoods.get(1)).isEqualTo(Collections.max(likelihoods));
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Matches {

        private RetrievalModel model;

        @BeforeAll
        void load() {
            model = RetrievalModel.load(Goldens.spec(MODELS.resolve("blip-itm-shapes/1")));
        }

        @AfterAll
        void close() {
            model.close();
        }

        @ParameterizedTest
        @CsvSource({
            "red-circle.png, a red circle, a red square",
            "blue-star.png, a blue star, a white star",
            "red-circle-left-of-blue-square.png, a red circle left of a blue square, a blue circle left of a red square",
            "red-circle-left-of-blue-square.png, a red circle left of a blue square, a blue square left of a red circle",
            "red-circle-left-of-blue-square.png, a red circle left of a blue square, a red circle above a blue square",
            "green-square-above-white-cross.png, a green square above a white cross, a white cross above a green square",
            "orange-star-above-purple-circle.jpg, an orange star above a purple circle, a purple star above an orange circle",
        })
        void tellsAPairFromOneThatIsNearlyOne(String file, String right, String wrong) throws IOException {
            List<Text> texts = List.of(new Text(right), new Text(wrong));
            float[] scores = model.match(List.of(picture(file)), texts, PrepareOptions.DEFAULT)[0];
            assertThat(scores[0]).as("logit of \"%s\"", right).isPositive();
            assertThat(scores[1]).as("logit of \"%s\"", wrong).isNegative();
        }

        @ParameterizedTest
        @CsvSource({"red-circle.png, a red circle", "blue-star.png, a blue star", "yellow-cross.jpg, a yellow cross"})
        void findsTheTextByItsEmbedding(String file, String right) throws IOException {
            List<Text> texts = List.of(new Text("a cyan square"), new Text(right), new Text("a green triangle"));
            Matcher cosine = Objects.requireNonNull(model.heads().get("itc"));
            float[] scores = cosine.match(List.of(picture(file)), texts, PrepareOptions.DEFAULT)[0];
            assertThat(scores[1]).isGreaterThan(scores[0]).isGreaterThan(scores[2]);
        }
    }
}
