package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ImageGenerator.Drawing;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What a model promises that is an {@link ImageGenerator}. */
public interface ImageGeneratorContract extends ModelContract {

    /** Returns what to draw. */
    default Text drawingPrompt() {
        return new Text("a red circle");
    }

    @Test
    default void drawsByDefaultWithoutPreviewsAndFromSeed0() {
        try (Model model = Contracts.load(this)) {
            Drawing drawing = ((ImageGenerator) model).defaultDrawing();
            assertThat(drawing.previewEvery())
                    .as("defaultDrawing().previewEvery")
                    .isZero();
            assertThat(drawing.seed()).as("defaultDrawing().seed").isZero();
        }
    }

    @Test
    default void drawsUntilOneFinishedPicture() throws Exception {
        try (Model model = Contracts.load(this)) {
            List<Step> steps = draw((ImageGenerator) model, 0, 7);
            assertThat(steps).as("steps").hasSizeGreaterThanOrEqualTo(2);
            assertThat(steps.get(0)).as("the first step is a Started").isInstanceOf(Started.class);
            assertThat(steps.subList(1, steps.size() - 1))
                    .as("steps between, with previewEvery 0: Progress only")
                    .allMatch(Progress.class::isInstance);
            assertThat(steps.get(steps.size() - 1)).as("the last step").isInstanceOf(Finished.class);
            Started started = (Started) steps.get(0);
            assertThat(started.promptTokens()).as("Started.promptTokens").isPositive();
            assertThat(started.pieces()).as("Started.pieces").isPositive();
            assertIsPicture(finished(steps).image());
        }
    }

    @Test
    default void showsPreviewsAndProgressThatGrows() throws Exception {
        try (Model model = Contracts.load(this)) {
            List<Step> steps = draw((ImageGenerator) model, 1, 7);
            int pieces = ((Started) steps.get(0)).pieces();
            List<Preview> previews = only(Preview.class, steps);
            assertThat(previews).as("steps with previewEvery 1").isNotEmpty();
            for (Preview preview : previews) {
                assertIsPicture(preview.image());
            }
            assertGrows("Preview.done", previews.stream().map(Preview::done).toList(), pieces);
            assertGrows(
                    "Progress.done",
                    only(Progress.class, steps).stream().map(Progress::done).toList(),
                    pieces);
        }
    }

    private static void assertGrows(String what, List<Integer> done, int pieces) {
        assertThat(done).as("%s must grow", what).isSorted().doesNotHaveDuplicates();
        assertThat(done).as("%s is at least 1 and at most Started.pieces", what).allMatch(n -> n >= 1 && n <= pieces);
    }

    @Test
    default void drawsTheSameFromTheSameSeed() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            ImageGenerator generator = (ImageGenerator) model;
            Finished first = finished(draw(generator, 0, 7));
            assertThat(finished(draw(generator, 1, 7)))
                    .as("picture drawn again from its seed, with previews")
                    .isEqualTo(first);
            Contracts.inParallel(List.of(7L), seed -> finished(drawUnchecked(generator, seed)))
                    .get(0)
                    .forEach(picture -> assertThat(picture)
                            .as("picture drawn again from its seed, beside others")
                            .isEqualTo(first));
        }
    }

    @Test
    default void drawsAnotherFromAnotherSeed() {
        try (Model model = Contracts.load(this)) {
            assertThat(LongStream.range(0, 8)
                            .mapToObj(seed -> finished(drawUnchecked((ImageGenerator) model, seed)))
                            .distinct())
                    .as("pictures of other seeds")
                    .hasSizeGreaterThan(1);
        }
    }

    @Test
    default void tellsWhenAStepOfDrawingIsReady() throws InterruptedException {
        try (Model model = Contracts.load(this);
                Steps<Step> steps = start((ImageGenerator) model, 1, 7)) {
            for (boolean more = true; more; more = steps.next().isPresent()) {
                CountDownLatch ready = new CountDownLatch(1);
                steps.onReady(ready::countDown);
                assertThat(ready.await(1, TimeUnit.MINUTES))
                        .as("the listener of onReady was run")
                        .isTrue();
                assertThat(steps.isReady())
                        .as("isReady() after the listener was run")
                        .isTrue();
            }
            assertThat(steps.isReady()).as("isReady() at the end").isTrue();
        }
    }

    @Test
    default void stopsDrawingWhenClosedAndGivesBackItsPlace() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            ImageGenerator generator = (ImageGenerator) model;
            for (int i = 0; i < 100; i++) {
                Steps<Step> steps = start(generator, 0, 7);
                assertThat(steps.next()).as("first step").isPresent();
                steps.close();
                steps.close();
                assertThat(steps.next()).as("next() after close").isEmpty();
            }
            assertThat(draw(generator, 0, 7))
                    .as("steps after 100 cancelled drawings")
                    .isNotEmpty();
        }
    }

    @Test
    default void refusesAPromptThatIsTooLong() {
        try (Model model = Contracts.load(this)) {
            ImageGenerator generator = (ImageGenerator) model;
            Contracts.assertRefusedAt(
                    "a prompt that is too long",
                    () -> generator
                            .draw(overlongText(), generator.defaultDrawing(), PrepareOptions.DEFAULT)
                            .close(),
                    Set.of(Reason.TOO_LONG),
                    "prompt");
        }
    }

    @Test
    default void cutsAPromptThatIsTooLongIfAsked() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            ImageGenerator generator = (ImageGenerator) model;
            PrepareOptions cut = new PrepareOptions(true, false);
            try (Steps<Step> steps = generator.draw(overlongText(), generator.defaultDrawing(), cut)) {
                assertThat(steps.next())
                        .as("first step of a prompt that is cut")
                        .isPresent();
            }
        }
    }

    /** Starts to draw as the model does by default, and so that the seed matters. */
    private Steps<Step> start(ImageGenerator generator, int previewEvery, long seed) {
        Drawing usual = generator.defaultDrawing();
        Drawing drawing = new Drawing(usual.guidance(), 1, usual.topK(), previewEvery, seed);
        return generator.draw(drawingPrompt(), drawing, PrepareOptions.DEFAULT);
    }

    private List<Step> draw(ImageGenerator generator, int previewEvery, long seed) throws InterruptedException {
        return Contracts.all(start(generator, previewEvery, seed));
    }

    private List<Step> drawUnchecked(ImageGenerator generator, long seed) {
        try {
            return draw(generator, 0, seed);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <S extends Step> List<S> only(Class<S> kind, List<Step> steps) {
        return steps.stream()
                .flatMap(step -> kind.isInstance(step) ? Stream.of(kind.cast(step)) : Stream.empty())
                .toList();
    }

    private static Finished finished(List<Step> steps) {
        return (Finished) steps.get(steps.size() - 1);
    }

    private static void assertIsPicture(Image image) throws IOException {
        byte[] bytes = new byte[image.encoded().remaining()];
        image.encoded().get(bytes);
        assertThat(bytes).as("picture, a PNG").startsWith(0x89, 'P', 'N', 'G');
        assertThat(ImageIO.read(new ByteArrayInputStream(bytes)))
                .as("picture, decoded")
                .isNotNull();
    }
}
