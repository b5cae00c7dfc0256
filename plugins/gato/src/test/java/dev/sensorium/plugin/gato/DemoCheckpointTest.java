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
import dev.sensorium.spi.Policy.Action;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The demo checkpoint does what it was trained for, and its prompt alone says which. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCheckpointTest {

    private static final Path FOLDER = Path.of("models/gato-shapes/1");
    private static final Path SAMPLES = Path.of("../../deploy/samples");
    private static final int RED_SQUARE = 1;
    private static final int BLUE_STAR = 11;
    private static final int GREEN_CIRCLE = 4;
    private static final int CENTRE = 5;

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
    void goesToWhatTheInstructionNames() {
        Observation seen = Observation.of(Map.of(
                "objects",
                Numbers.of(
                        RED_SQUARE,
                        CENTRE + 2,
                        CENTRE,
                        BLUE_STAR,
                        CENTRE - 3,
                        CENTRE,
                        GREEN_CIRCLE,
                        CENTRE,
                        CENTRE - 1)));
        assertThat(move("go to the red square", seen)).isEqualTo(move(0));
        assertThat(move("go to the blue star", seen)).isEqualTo(move(1));
        assertThat(move("go to the green circle", seen)).isEqualTo(move(3));
    }

    @Test
    void saysWhatIsInAPicture() throws IOException, InterruptedException {
        Image picture = Image.of(Files.readAllBytes(SAMPLES.resolve("red-circle.png")));
        assertThat(caption(picture)).isEqualTo("a red circle");
    }

    private Action move(String instruction, Observation seen) {
        Task task = Task.of(
                instruction,
                Map.of("objects", new Space.MultiDiscrete(repeated(List.of(16, 11, 11), 3))),
                Map.of("move", new Space.Discrete(4)));
        try (Episode episode = ((Policy) model).open(task)) {
            return episode.act(seen).toCompletableFuture().join();
        }
    }

    private static Action move(int direction) {
        return new Action(Map.of("move", Numbers.of(direction)));
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

    private static List<Integer> repeated(List<Integer> sizes, int count) {
        return Collections.nCopies(count, sizes).stream().flatMap(List::stream).toList();
    }
}
