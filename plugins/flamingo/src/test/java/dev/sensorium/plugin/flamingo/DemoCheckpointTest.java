package dev.sensorium.plugin.flamingo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trained checkpoint that comes with the plugin, on pictures of renderers that it was not trained on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCheckpointTest {

    private static final Path SAMPLES = Path.of("../../deploy/samples");
    private static final Text NAMING = new Text("what is this?");
    private static final int FRAMES = 8;
    private static final int SIDE = 64;

    /** Names that training never used, for what is in the samples. */
    private static final Map<String, String> NAMES = Map.of(
            "red-circle.png", "dax",
            "blue-star.png", "blick",
            "green-triangle.png", "wug",
            "white-star.png", "toma");

    private FlamingoModel model;

    @BeforeAll
    void load() {
        model = FlamingoModel.load(Goldens.spec(Path.of("models/flamingo-shapes/1")));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource({"220, 50, 40, circle, dax", "40, 180, 60, triangle, wug"})
    void namesWhatItWasShownOnce(int red, int green, int blue, String shape, String name)
            throws IOException, InterruptedException {
        Prompt prompt = shown(NAMES, drawing(new Color(red, green, blue), shape, SIDE / 2, SIDE / 2));
        assertThat(Writing.of(model, prompt, model.defaults()).text()).isEqualTo(name);
        assertThat(best(prompt)).isEqualTo(name);
    }

    @Test
    void followsTheExamplesAndNotThePicture() throws IOException, InterruptedException {
        Map<String, String> exchanged = Map.of("red-circle.png", "wug", "green-triangle.png", "dax");
        Image circle = drawing(new Color(230, 40, 40), "circle", SIDE / 2, SIDE / 2);
        assertThat(Writing.of(model, shown(exchanged, circle), model.defaults()).text())
                .isEqualTo("wug");
    }

    @ParameterizedTest
    @CsvSource({
        "red-circle.png, a red circle",
        "green-triangle.png, a green triangle",
        "yellow-cross.jpg, a yellow cross",
        "white-star.png, a white star",
    })
    void saysWhatIsInThePicture(String file, String caption) throws IOException, InterruptedException {
        Prompt prompt = Prompt.of(Task.CAPTION, List.of(picture(file)));
        assertThat(Writing.of(model, prompt, model.defaults()).text()).isEqualTo(caption);
    }

    @ParameterizedTest
    @CsvSource({"left, -1, 0", "right, 1, 0", "up, 0, -1", "down, 0, 1"})
    void seesWhereThingsGo(String direction, int dx, int dy) throws IOException, InterruptedException {
        List<Image> frames = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            int way = (2 * i - FRAMES + 1) * SIDE / (4 * FRAMES);
            frames.add(drawing(new Color(220, 45, 45), "circle", SIDE / 2 + dx * way, SIDE / 2 + dy * way));
        }
        Prompt prompt =
                Prompt.of(Task.ANSWER, List.of(new Video.Frames(frames), new Text("where does the red circle go?")));
        assertThat(Writing.of(model, prompt, model.defaults()).text()).isEqualTo(direction);
    }

    @Test
    void tellsWhenTheFramesAreShownThatItLookedAt() throws IOException, InterruptedException {
        ByteBuffer clip = ByteBuffer.wrap(Files.readAllBytes(SAMPLES.resolve("red-circle-goes-right.gif")));
        assertThat(watched(new Video.File(clip))).hasSize(FRAMES);
        assertThat(watched(new Video.File(clip, OptionalDouble.of(4)))).containsExactly(0.0, 0.24, 0.48, 0.72);
        List<Image> frames = Collections.nCopies(5, picture("red-circle.png"));
        assertThat(watched(new Video.Frames(frames))).isEmpty();
        assertThat(watched(new Video.Frames(frames, OptionalDouble.of(2), OptionalDouble.of(1))))
                .containsExactly(0.0, 1.0, 2.0);
    }

    @Test
    void readsTheExamplesOfAnEarlierPromptNoMore() throws IOException, InterruptedException {
        Image circle = drawing(new Color(230, 40, 40), "circle", SIDE / 2, SIDE / 2);
        Writing.of(model, shown(NAMES, circle), model.defaults());
        Image triangle = drawing(new Color(40, 180, 60), "triangle", SIDE / 2, SIDE / 2);
        Usage usage = Writing.of(model, shown(NAMES, triangle), model.defaults())
                .end()
                .usage();
        assertThat(usage.reusedTokens()).isBetween(usage.promptTokens() / 2, usage.promptTokens() - 1);
        assertThat(model.keptBytes()).isPositive();
    }

    private List<Double> watched(Video video) throws InterruptedException {
        Prompt prompt = Prompt.of(Task.CAPTION, List.of(video));
        List<Video.Sample> videos =
                Writing.of(model, prompt, model.defaults()).end().videos();
        assertThat(videos).hasSize(1);
        return videos.get(0).seconds();
    }

    /** Returns which of the names is the likeliest. */
    private String best(Prompt prompt) throws InterruptedException {
        List<String> names = NAMES.values().stream().sorted().toList();
        String best = "";
        double most = Double.NEGATIVE_INFINITY;
        try (Steps<Score> scores =
                model.score(prompt, names.stream().map(Text::new).toList(), PrepareOptions.DEFAULT)) {
            for (String name : names) {
                Optional<Score> score = scores.next();
                double likelihood = score.orElseThrow().logLikelihood();
                if (likelihood > most) {
                    most = likelihood;
                    best = name;
                }
            }
        }
        return best;
    }

    private static Prompt shown(Map<String, String> names, Image asked) throws IOException {
        List<Turn> turns = new ArrayList<>();
        for (Map.Entry<String, String> name : new TreeMap<>(names).entrySet()) {
            turns.add(new Turn(Role.USER, List.of(picture(name.getKey()), NAMING)));
            turns.add(new Turn(Role.MODEL, List.of(new Text(name.getValue()))));
        }
        turns.add(new Turn(Role.USER, List.<Content>of(asked, NAMING)));
        return new Prompt(Task.ANSWER, turns, "");
    }

    private static Image picture(String file) throws IOException {
        return Image.of(Files.readAllBytes(SAMPLES.resolve(file)));
    }

    /** Draws a thing on a dark ground. */
    private static Image drawing(Color colour, String shape, int x, int y) throws IOException {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(new Color(52, 54, 56));
        pen.fillRect(0, 0, SIDE, SIDE);
        pen.setColor(colour);
        int r = SIDE / 6;
        if (shape.equals("circle")) {
            pen.fillOval(x - r, y - r, 2 * r, 2 * r);
        } else {
            pen.fillPolygon(new int[] {x - r, x + r, x}, new int[] {y + r / 2, y + r / 2, y - r}, 3);
        }
        pen.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", file);
        return Image.of(file.toByteArray());
    }
}
