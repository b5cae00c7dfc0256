package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.client.Capability;
import dev.sensorium.client.DrawOptions;
import dev.sensorium.client.DrawResult;
import dev.sensorium.client.Drawing;
import dev.sensorium.client.DrawingEvent;
import dev.sensorium.client.DrawnPicture;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.deploy.Distribution.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo model that draws, in the distribution, over real calls. */
class DrawingIT extends ServedTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JUDGE = "clip-shapes";

    @ParameterizedTest
    @ValueSource(strings = {"a red circle", "a blue square", "a green triangle", "a yellow cross"})
    void drawsWhatItIsTold(String prompt) {
        DrawOptions options = DrawOptions.DEFAULT.withSeed(7).withCount(4).withRerankModel(JUDGE);
        DrawResult result = sensorium.draw(prompt, options).result();

        assertThat(result.model()).isEqualTo("dalle-shapes/1");
        assertThat(result.pictures()).extracting(DrawnPicture::rank).containsExactly(0, 1, 2, 3);
        assertThat(result.best().score().orElseThrow())
                .isGreaterThanOrEqualTo(result.pictures().get(3).score().orElseThrow());
        var match = sensorium.match(
                result.best().picture(), "a red circle", "a blue square", "a green triangle", "a yellow cross");
        assertThat(match.best().text()).isEqualTo(prompt);
    }

    @Test
    void drawsTheSameFromTheSameSeedAndSaysWhatItIs() {
        DrawOptions options = DrawOptions.DEFAULT.withSeed(7);
        DrawnPicture picture = sensorium
                .draw("a red circle above a blue square", options)
                .result()
                .best();

        DrawnPicture second = sensorium
                .draw("a red circle above a blue square", options.withSeed(6).withCount(3))
                .result()
                .pictures()
                .get(1);
        assertThat(second.png()).isEqualTo(picture.png());
        assertThat(new String(picture.png(), StandardCharsets.ISO_8859_1))
                .contains("prompt", "a red circle above a blue square", "dalle-shapes/1", "seed");
    }

    @Test
    void showsHowThePictureComesIntoBeing() {
        List<DrawingEvent> events = new ArrayList<>();
        try (Drawing drawing = sensorium.draw("a red circle", DrawOptions.DEFAULT.withPreviewInterval(6))) {
            drawing.forEachRemaining(events::add);
        }
        assertThat(events.get(0)).isInstanceOf(DrawingEvent.Started.class);
        assertThat(events).hasAtLeastOneElementOfType(DrawingEvent.Progress.class);
        assertThat(events).hasAtLeastOneElementOfType(DrawingEvent.Preview.class);
        assertThat(events).last().isInstanceOf(DrawingEvent.Finished.class);
    }

    @Test
    void refusesWhatItCannotDraw() {
        var tooLong = catchThrowableOfType(
                SensoriumException.InvalidArgument.class,
                () -> sensorium.draw("a circle ".repeat(100)).result());
        assertThat(tooLong.reason()).isEqualTo("TOO_LONG");
        assertThat(tooLong.violations()).extracting("field").containsExactly("prompt");
        var many = catchThrowableOfType(SensoriumException.InvalidArgument.class, () -> sensorium
                .draw("a circle", DrawOptions.DEFAULT.withCount(17))
                .result());
        assertThat(many.violations()).extracting("field").containsExactly("count");
        assertThat(sensorium.model("dalle-shapes").capabilities()).containsExactly(Capability.GENERATE_IMAGE);
    }

    @Test
    void cancelsLeaveNothingBehind() {
        DrawOptions options = DrawOptions.DEFAULT.withSeed(7);
        DrawnPicture before = sensorium.draw("a red circle", options).result().best();
        Random random = new Random(6);
        for (int i = 0; i < 100; i++) {
            DrawOptions many = options.withCount(8).withPreviewInterval(random.nextInt(3));
            try (Drawing drawing = sensorium.draw("a red circle", many)) {
                for (int k = random.nextInt(40); k > 0 && drawing.hasNext(); k--) {
                    drawing.next();
                }
            }
        }
        assertThat(sensorium.draw("a red circle", options).result().best()).isEqualTo(before);
    }

    @Test
    void drawsFromTheCommandLine(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("out.png");
        Outcome outcome = Distribution.sensorium(
                server, "draw", "a red circle above a blue square", "-o", file.toString(), "--seed", "7", "--json");

        assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
        JsonNode json = JSON.readTree(outcome.output());
        assertThat(json.get("model").asText()).isEqualTo("dalle-shapes/1");
        assertThat(json.at("/images/0/file").asText()).isEqualTo(file.toString());
        assertThat(json.at("/images/0/seed").asLong()).isEqualTo(7);
        assertThat(Files.readAllBytes(file)).startsWith(0x89, 'P', 'N', 'G');
    }
}
