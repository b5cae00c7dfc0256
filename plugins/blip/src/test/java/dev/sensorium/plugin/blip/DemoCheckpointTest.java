package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
}
