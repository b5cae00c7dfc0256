package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What generators of text and pictures promise: each promise, broken, is found and told. */
class BrokenGeneratorTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeCheckpoint() {
        TinyCheckpoint.of(Map.of("model_type", "echo", "dimensions", 8)).writeTo(folder);
    }

    private Fake.Contract contract(UnaryOperator<Model> breaking) {
        return Fake.contract(new Fake.Provider(breaking), folder);
    }

    /** Returns the contract of a model whose text comes out changed. */
    private Fake.Contract generating(UnaryOperator<List<Generator.Step>> breaking) {
        return contract(model -> new Fake(model) {
            @Override
            public Steps<Generator.Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
                return new FakeSteps<>(super.generate(prompt, decoding, options), breaking);
            }
        });
    }

    /** Returns the contract of a model whose pictures come out changed. */
    private Fake.Contract drawing(UnaryOperator<List<ImageGenerator.Step>> breaking) {
        return contract(model -> new Fake(model) {
            @Override
            public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
                return new FakeSteps<>(super.draw(prompt, drawing, options), breaking);
            }
        });
    }

    private static void assertFails(ThrowingCallable test, String... words) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(test)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
    }

    @Test
    void textWithoutEnd() {
        Fake.Contract contract = generating(steps -> steps.subList(0, steps.size() - 1));
        assertFails(contract::generatesAStartDeltasAndOneEnd, "the last step is an End");
    }

    @Test
    void textThatEndsTwice() {
        Fake.Contract contract = generating(steps -> {
            steps.add(steps.get(steps.size() - 1));
            return steps;
        });
        assertFails(contract::generatesAStartDeltasAndOneEnd, "all steps between are Deltas");
    }

    @Test
    void tokensThatAreMiscounted() {
        Fake.Contract contract = generating(steps -> {
            End end = (End) steps.get(steps.size() - 1);
            Usage usage = end.usage();
            steps.set(
                    steps.size() - 1,
                    new End(end.reason(), new Usage(usage.promptTokens(), usage.generatedTokens() + 1, 0, 0, 0)));
            return steps;
        });
        assertFails(contract::countsItsTokensAndKeepsTheirLimit, "End.usage.generatedTokens");
    }

    @Test
    void tokensOverTheLimit() {
        Fake.Contract contract = generating(steps -> {
            steps.add(1, new Delta("more", List.of(1), List.of()));
            return steps;
        });
        assertFails(contract::countsItsTokensAndKeepsTheirLimit, "expected: <= maxTokens");
    }

    @Test
    void seedThatIsIgnored() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            private long calls;

            @Override
            public Steps<Generator.Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
                return decoding.strategy() instanceof Decoding.Sample
                        ? super.generate(prompt, Decoding.greedy(calls++ % 2 == 0 ? 1 : 2), options)
                        : super.generate(prompt, decoding, options);
            }
        });
        assertFails(contract::generatesTheSameFromTheSameSeed, "with the same seed");
    }

    @Test
    void streamsThatDisturbEachOther() {
        Thread home = Thread.currentThread();
        Fake.Contract contract = generating(steps -> Thread.currentThread() == home ? steps : steps.subList(1, 2));
        assertFails(contract::generatesForManyAtOnce, "beside other streams");
    }

    @Test
    void closeThatDoesNotCancel() {
        assertFails(generating(steps -> steps)::endsAtOnceWhenClosedAndGivesBackItsPlace, "next() after close");
        assertFails(drawing(steps -> steps)::stopsDrawingWhenClosedAndGivesBackItsPlace, "next() after close");
    }

    @Test
    void placesThatAreNotGivenBack() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            private int taken;

            private void take() {
                if (++taken > 20) {
                    throw new ModelException(Reason.CAPACITY, "slots: none free");
                }
            }

            @Override
            public Steps<Generator.Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
                take();
                return super.generate(prompt, decoding, options);
            }

            @Override
            public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
                take();
                return super.draw(prompt, drawing, options);
            }

            @Override
            public Episode open(Task task) {
                take();
                return super.open(task);
            }
        });
        for (ThrowingCallable test : List.<ThrowingCallable>of(
                contract::endsAtOnceWhenClosedAndGivesBackItsPlace,
                contract::stopsDrawingWhenClosedAndGivesBackItsPlace,
                contract::givesBackThePlaceOfClosedEpisodes)) {
            assertThatExceptionOfType(ModelException.class).isThrownBy(test).withMessage("slots: none free");
        }
    }

    @Test
    void promptsThatAreTakenUnread() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Steps<Generator.Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
                return super.generate(
                        Prompt.of(Prompt.Task.GENERATE, List.of(new Text("whatever it is"))), decoding, options);
            }

            @Override
            public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
                return super.draw(new Text("whatever it is"), drawing, options);
            }
        });
        assertFails(contract::refusesPromptsItCannotContinue, "must be refused");
        assertFails(contract::refusesAPromptThatIsTooLong, "too long must be refused");
    }

    @Test
    void pictureThatIsNeverFinished() {
        Fake.Contract contract = drawing(steps -> steps.subList(0, steps.size() - 1));
        assertFails(contract::drawsUntilOneFinishedPicture, "the last step", "Finished");
    }

    @Test
    void pictureWithoutStart() {
        Fake.Contract contract = drawing(steps -> steps.subList(1, steps.size()));
        assertFails(contract::drawsUntilOneFinishedPicture, "the first step", "Started");
    }

    @Test
    void pictureThatIsNone() {
        Fake.Contract none = drawing(steps -> {
            steps.set(steps.size() - 1, new Finished(Image.of(new byte[4])));
            return steps;
        });
        assertFails(none::drawsUntilOneFinishedPicture, "a PNG");
    }

    @Test
    void previewsUnaskedOrNone() {
        Fake.Contract unasked = drawing(steps -> {
            steps.add(1, new Preview(Samples.picture(java.awt.Color.RED, 8, 8), 1));
            return steps;
        });
        assertFails(unasked::drawsUntilOneFinishedPicture, "Progress only");
        Fake.Contract none = drawing(steps ->
                steps.stream().filter(step -> !(step instanceof Preview)).toList());
        assertFails(none::showsPreviewsAndProgressThatGrows, "previewEvery 1");
    }

    @Test
    void progressThatGoesBack() {
        Fake.Contract contract = drawing(steps -> {
            steps.add(steps.size() - 1, new Progress(1));
            return steps;
        });
        assertFails(contract::showsPreviewsAndProgressThatGrows, "Progress.done must grow");
    }

    @Test
    void moreThanTheWholePicture() {
        Fake.Contract contract = drawing(steps -> {
            steps.add(steps.size() - 1, new Progress(1_000_000));
            return steps;
        });
        assertFails(contract::showsPreviewsAndProgressThatGrows, "at most Started.pieces");
    }

    @Test
    void pictureThatCannotBeDrawnAgain() {
        AtomicLong count = new AtomicLong();
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
                return super.draw(prompt, drawing.seeded(count.incrementAndGet()), options);
            }
        });
        assertFails(contract::drawsTheSameFromTheSameSeed, "drawn again from its seed");
    }

    @Test
    void seedsThatAreIgnored() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Steps<ImageGenerator.Step> draw(Text prompt, Drawing drawing, PrepareOptions options) {
                return super.draw(prompt, drawing.seeded(0), options);
            }
        });
        assertFails(contract::drawsAnotherFromAnotherSeed, "pictures of other seeds");
    }
}
