package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What a model promises that is an {@link ImageGenerator}. */
public interface ImageGeneratorContract extends ModelContract {

    /** Returns what to draw. */
    default Text drawingPrompt() {
        return new Text("a red circle");
    }

    @Test
    default void drawsUntilOneFinishedPicture() throws Exception {
        try (Model model = Contracts.load(this)) {
            List<Step> steps = draw((ImageGenerator) model, drawing(0, OptionalLong.of(7)));
            assertThat(steps).as("steps").isNotEmpty();
            assertThat(steps.subList(0, steps.size() - 1))
                    .as("steps before the last, with previewEvery 0: Progress only")
                    .allMatch(Progress.class::isInstance);
            assertThat(steps.get(steps.size() - 1)).as("the last step").isInstanceOf(Finished.class);
            assertThat(finished(steps).seed())
                    .as("Finished.seed, the seed that was asked for")
                    .isEqualTo(7);
            assertIsPicture(finished(steps).image());
        }
    }

    @Test
    default void showsPreviewsAndProgressThatGrows() throws Exception {
        try (Model model = Contracts.load(this)) {
            List<Step> steps = draw((ImageGenerator) model, drawing(1, OptionalLong.of(7)));
            assertThat(steps).as("steps with previewEvery 1").hasAtLeastOneElementOfType(Preview.class);
            for (Step step : steps) {
                if (step instanceof Preview preview) {
                    assertIsPicture(preview.image());
                }
            }
            List<Progress> progress = steps.stream()
                    .filter(Progress.class::isInstance)
                    .map(Progress.class::cast)
                    .toList();
            assertThat(progress.stream().map(Progress::done).toList())
                    .as("Progress.done must grow")
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(progress).as("Progress.done is at most Progress.total").allMatch(p -> p.done() <= p.total());
        }
    }

    @Test
    default void drawsTheSameFromTheSameSeed() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            ImageGenerator generator = (ImageGenerator) model;
            Finished first = finished(draw(generator, drawing(0, OptionalLong.empty())));
            assertThat(finished(draw(generator, drawing(0, OptionalLong.of(first.seed())))))
                    .as("picture drawn again from Finished.seed")
                    .isEqualTo(first);
        }
    }

    @Test
    default void stopsDrawingWhenClosedAndGivesBackItsPlace() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            ImageGenerator generator = (ImageGenerator) model;
            for (int i = 0; i < 100; i++) {
                Steps<Step> steps = generator.draw(drawingPrompt(), drawing(0, OptionalLong.of(7)));
                assertThat(steps.next()).as("first step").isPresent();
                steps.close();
                steps.close();
                assertThat(steps.next()).as("next() after close").isEmpty();
            }
            assertThat(draw(generator, drawing(0, OptionalLong.of(7))))
                    .as("steps after 100 cancelled drawings")
                    .isNotEmpty();
        }
    }

    @Test
    default void refusesAPromptThatIsTooLong() {
        try (Model model = Contracts.load(this)) {
            Contracts.assertRefused(
                    "a prompt that is too long",
                    () -> ((ImageGenerator) model)
                            .draw(overlongText(), drawing(0, OptionalLong.of(7)))
                            .close(),
                    Set.of(Reason.TOO_LONG),
                    "expected");
        }
    }

    private static Drawing drawing(int previewEvery, OptionalLong seed) {
        return new Drawing(1, 1, previewEvery, seed);
    }

    private List<Step> draw(ImageGenerator generator, Drawing drawing) throws InterruptedException {
        return Contracts.all(generator.draw(drawingPrompt(), drawing));
    }

    private static Finished finished(List<Step> steps) {
        return (Finished) steps.get(steps.size() - 1);
    }

    private static void assertIsPicture(Image image) throws IOException {
        byte[] bytes = new byte[image.encoded().remaining()];
        image.encoded().get(bytes);
        assertThat(ImageIO.read(new ByteArrayInputStream(bytes)))
                .as("picture, decoded")
                .isNotNull();
    }
}
