package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Samples;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A picture that was seen before does not go through the image tower again. */
class EncoderCacheTest {

    private static final Path FOLDER = Goldens.FOLDER.resolve("blip-vqa");
    private static final Image RED = Samples.picture(Color.RED, 20, 30);
    private static final Image BLUE = Samples.picture(Color.BLUE, 20, 30);

    @Test
    void aSecondQuestionIsAnsweredFromTheStatesOfThePicture() throws InterruptedException {
        try (WritingModel model = load(Goldens.spec(FOLDER))) {
            Writing first = ask(model, RED, "what color is it?");
            assertUsed(first, 1, 0);
            assertUsed(ask(model, RED, "is it a circle?"), 0, 1);
            Writing again = ask(model, RED, "what color is it?");
            assertUsed(again, 0, 1);
            assertThat(again.tokens()).isEqualTo(first.tokens());
            assertUsed(ask(model, BLUE, "what color is it?"), 1, 0);
        }
    }

    @Test
    void nothingIsKeptIfThereIsNoRoom() throws InterruptedException {
        try (WritingModel model = load(Goldens.spec(FOLDER, "encoder_cache_bytes", "0"))) {
            Writing first = ask(model, RED, "what color is it?");
            Writing second = ask(model, RED, "what color is it?");
            assertUsed(second, 1, 0);
            assertThat(second.tokens()).isEqualTo(first.tokens());
        }
    }

    private static WritingModel load(ModelSpec spec) {
        return WritingModel.load(spec, WritingModel.Kind.ANSWERS);
    }

    private static Writing ask(WritingModel model, Image picture, String question) throws InterruptedException {
        return Writing.of(model, Prompt.of(Task.ANSWER, List.of(picture, new Text(question))), Decoding.greedy(5));
    }

    private static void assertUsed(Writing written, int encoded, int hits) {
        Usage usage = written.end().usage();
        assertThat(List.of(usage.encodedContents(), usage.encoderCacheHits())).containsExactly(encoded, hits);
    }
}
