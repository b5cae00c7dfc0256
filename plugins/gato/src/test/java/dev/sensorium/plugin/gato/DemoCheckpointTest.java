package dev.sensorium.plugin.gato;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Value.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo checkpoint does what it was trained for, and its prompt alone says which. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCheckpointTest {

    private static final Path FOLDER = Path.of("models/gato-shapes/1");
    private static final Path SAMPLES = Path.of("../../deploy/samples");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Model model;

    @BeforeAll
    void load() {
        model = new GatoProvider().load(ModelSpec.of(new ModelId("gato-shapes", "1"), FOLDER));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void balancesAPole() {
        Cart cart = new Cart(3);
        int steps = 0;
        try (Episode episode = ((Policy) model).open(Cart.task())) {
            while (steps < Cart.STEPS
                    && cart.step(
                            episode.act(cart.observe()).toCompletableFuture().join())) {
                steps++;
            }
        }
        assertThat(steps).isEqualTo(Cart.STEPS);
    }

    @Test
    void saysWhatIsInAPicture() throws IOException, InterruptedException {
        Image picture = Image.of(Files.readAllBytes(SAMPLES.resolve("red-circle.png")));
        assertThat(caption(picture)).isEqualTo("a red circle");
    }

    /** The same three objects every time: a red square to the right, a blue circle to the left, a yellow star below. */
    @ParameterizedTest
    @CsvSource({"go to the red square, 0", "go to the blue circle, 1", "go to the yellow star, 2"})
    void goesWhereItIsTold(String instruction, float move) {
        Task task = Task.of(
                instruction,
                Map.of("objects", new Space.MultiDiscrete(List.of(16, 11, 11, 16, 11, 11, 16, 11, 11))),
                Map.of("move", new Space.Discrete(4)));
        Observation seen = Observation.of(Map.of("objects", Numbers.of(1, 7, 5, 8, 3, 5, 15, 5, 8)));
        try (Episode episode = ((Policy) model).open(task)) {
            assertThat(episode.act(seen).toCompletableFuture().join().values())
                    .isEqualTo(Map.of("move", Numbers.of(move)));
        }
    }

    private String caption(Image picture) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        try (Steps<Step> steps = ((Generator) model)
                .generate(
                        Prompt.of(Prompt.Task.CAPTION, List.of(picture)), Decoding.greedy(8), PrepareOptions.DEFAULT)) {
            for (Optional<Step> step = steps.next(); step.isPresent(); step = steps.next()) {
                if (step.get() instanceof Delta delta) {
                    text.append(delta.text());
                }
            }
        }
        return text.toString();
    }
}
