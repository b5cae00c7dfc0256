package dev.sensorium.plugin.dalle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.image.ImageDecoder;
import dev.sensorium.kit.image.Pixels;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trained checkpoint that comes with the plugin draws what it is told, also what it was never shown. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoCheckpointTest {

    private static final Path DEMO = Path.of("models/dalle-shapes/1");
    private static final int SEEDS = 5;

    private static final Map<String, int[]> COLOURS = Map.of(
            "red", new int[] {220, 40, 40},
            "green", new int[] {40, 180, 60},
            "blue", new int[] {50, 80, 220},
            "yellow", new int[] {235, 220, 50},
            "purple", new int[] {150, 60, 190},
            "orange", new int[] {245, 140, 30},
            "white", new int[] {240, 240, 240},
            "cyan", new int[] {60, 210, 220});

    private DalleModel model;

    @BeforeAll
    void load() {
        model = DalleModel.load(ModelSpec.of(new ModelId("dalle-shapes", "1"), DEMO));
    }

    @AfterAll
    void close() {
        model.close();
    }

    /** The middle of what has a colour. */
    private record Patch(String colour, int size, double x, double y) {}

    @ParameterizedTest
    @CsvSource({
        "a blue star in the center, blue, 0.5, 0.5",
        "a green circle in the top left, green, 0.27, 0.27",
        "a yellow square in the bottom right, yellow, 0.73, 0.73",
        "a red circle in the top right, red, 0.73, 0.27",
        // Training never saw these pairs.
        "a red star in the bottom left, red, 0.27, 0.73",
        "a purple square in the center, purple, 0.5, 0.5",
        "a yellow triangle in the top left, yellow, 0.27, 0.27",
        "a blue cross in the bottom right, blue, 0.73, 0.73",
    })
    void drawsOneThingInItsPlace(String prompt, String colour, double x, double y) throws Exception {
        int right = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Patch patch = patches(prompt, seed).get(0);
            boolean near = Math.abs(patch.x() - x) < 0.15 && Math.abs(patch.y() - y) < 0.15;
            right += near && patch.colour().equals(colour) ? 1 : 0;
        }
        assertThat(right).as("right pictures of %d", SEEDS).isGreaterThanOrEqualTo(SEEDS - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "a red circle above a blue square, red, blue, false",
        "a green star left of a white cross, green, white, true",
        "a yellow triangle above a purple circle, yellow, purple, false",
        "an orange circle left of a cyan star, orange, cyan, true",
    })
    void drawsTwoThingsAsTheyStand(String prompt, String first, String second, boolean beside) throws Exception {
        int right = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Patch> patches = patches(prompt, seed).subList(0, 2);
            Patch one = named(patches, first);
            Patch other = named(patches, second);
            double ahead = beside ? other.x() - one.x() : other.y() - one.y();
            right += ahead > 0.15 ? 1 : 0;
        }
        assertThat(right).as("right pictures of %d", SEEDS).isGreaterThanOrEqualTo(SEEDS - 1);
    }

    private static Patch named(List<Patch> patches, String colour) {
        return patches.stream()
                .filter(patch -> patch.colour().equals(colour))
                .findFirst()
                .orElse(new Patch(colour, 0, 0.5, 0.5));
    }

    /** Returns what is in the picture of a seed, the largest first. */
    private List<Patch> patches(String prompt, int seed) throws Exception {
        Drawing usual = model.defaultDrawing().seeded(seed);
        Pixels pixels = new ImageDecoder(MediaLimits.DEFAULT)
                .decode(Drawings.picture(model, prompt, usual).encoded(), false);
        List<Patch> patches = new ArrayList<>();
        COLOURS.forEach((name, colour) -> patches.add(patch(pixels, name, colour)));
        patches.sort(Comparator.comparing(Patch::size).reversed());
        return patches;
    }

    private static Patch patch(Pixels pixels, String name, int[] colour) {
        int size = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < pixels.width() * pixels.height(); i++) {
            if (isNear(pixels.rgb(), 3 * i, colour)) {
                size++;
                x += (i % pixels.width() + 0.5) / pixels.width();
                y += ((double) (i / pixels.width()) + 0.5) / pixels.height();
            }
        }
        return size == 0 ? new Patch(name, 0, 0.5, 0.5) : new Patch(name, size, x / size, y / size);
    }

    private static boolean isNear(byte[] rgb, int at, int[] colour) {
        for (int c = 0; c < 3; c++) {
            if (Math.abs((rgb[at + c] & 0xff) - colour[c]) > 45) {
                return false;
            }
        }
        return true;
    }
}
