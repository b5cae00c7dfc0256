package dev.sensorium.plugin.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.Matcher.Normalization;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained checkpoint that comes with the plugin, on pictures of a renderer that it was not trained on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCheckpointTest {

    private static final Path SAMPLES = Path.of("../../deploy/samples");
    private static final List<String> COLOURS =
            List.of("red", "green", "blue", "yellow", "purple", "orange", "white", "cyan");
    private static final List<String> SHAPES = List.of("circle", "square", "triangle", "star", "cross");

    private ClipModel model;

    @BeforeAll
    void load() {
        model = ClipModel.load(Goldens.spec(Goldens.DEMO));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"red-circle.png", "blue-star.png", "cyan-circle.webp", "green-triangle.png", "yellow-cross.jpg"})
    void namesOneThingAmongForty(String file) throws IOException {
        List<Text> names = new ArrayList<>();
        for (String colour : COLOURS) {
            SHAPES.forEach(shape -> names.add(new Text("a %s %s".formatted(colour, shape))));
        }
        assertThat(best(file, names))
                .isEqualTo("a " + file.replaceAll("\\..*", "").replace('-', ' '));
    }

    @ParameterizedTest
    @CsvSource({
        "red-circle-left-of-blue-square.png, a red circle left of a blue square, a blue square left of a red circle",
        "green-square-above-white-cross.png, a green square above a white cross, a white cross above a green square",
    })
    void tellsWhatIsWhere(String file, String right, String wrong) throws IOException {
        assertThat(best(file, List.of(new Text(wrong), new Text(right)))).isEqualTo(right);
    }

    @Test
    void textsCompete() {
        assertThat(model.normalization()).isEqualTo(Normalization.SOFTMAX);
    }

    private String best(String file, List<Text> texts) throws IOException {
        Image picture = Image.of(Files.readAllBytes(SAMPLES.resolve(file)));
        float[] scores = model.match(List.of(picture), texts, PrepareOptions.DEFAULT)[0];
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return texts.get(best).value();
    }
}
