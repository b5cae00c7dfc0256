package dev.sensorium.plugin.blip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Task;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.Samples;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Loading, using and closing a model again and again leaves no native object behind, without help of the collector. */
class LoadAndCloseTest {

    private static final Image PICTURE = Samples.picture(Color.RED, 20, 30);
    private static final Text TEXT = new Text("a red circle");

    /** What is to leave nothing behind. */
    private interface Use {
        void run() throws InterruptedException;
    }

    @Test
    void captions() throws InterruptedException {
        Prompt prompt = Prompt.of(Task.CAPTION, List.of(PICTURE));
        assertNothingIsLeft(() -> write("blip-caption", WritingModel.Kind.CAPTIONS, prompt));
    }

    @Test
    void answers() throws InterruptedException {
        Prompt prompt = Prompt.of(Task.ANSWER, List.of(PICTURE, TEXT));
        assertNothingIsLeft(() -> write("blip-vqa", WritingModel.Kind.ANSWERS, prompt));
    }

    @Test
    void matches() throws InterruptedException {
        assertNothingIsLeft(() -> {
            try (RetrievalModel model = RetrievalModel.load(Goldens.spec(folder("blip-itm")))) {
                assertThat(model.match(List.of(PICTURE), List.of(TEXT), PrepareOptions.DEFAULT))
                        .hasDimensions(1, 1);
            }
        });
    }

    /** Writes one text, gives up another one, and closes in the middle of a third. */
    private static void write(String name, WritingModel.Kind kind, Prompt prompt) throws InterruptedException {
        try (WritingModel model = WritingModel.load(Goldens.spec(folder(name)), kind)) {
            Decoding decoding = new Decoding(
                    new Decoding.Length(20, 20), new Decoding.Greedy(), Decoding.Rules.NONE, Decoding.Stop.NONE, 0);
            assertThat(Writing.of(model, prompt, decoding).tokens()).hasSize(20);
            var cancelled = model.generate(prompt, decoding, PrepareOptions.DEFAULT);
            assertThat(cancelled.next()).isPresent();
            cancelled.close();
            var left = model.generate(prompt, decoding, PrepareOptions.DEFAULT);
            assertThat(left.next()).isPresent();
        }
    }

    private static void assertNothingIsLeft(Use use) throws InterruptedException {
        use.run();
        long before = Pointer.totalCount();
        for (int i = 0; i < 5; i++) {
            use.run();
        }
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }

    private static Path folder(String name) {
        return Goldens.FOLDER.resolve(name);
    }
}
