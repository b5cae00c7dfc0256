package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an embedder and a matcher promise: each promise, broken, is found and told. */
class BrokenEmbedderTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeCheckpoint() {
        TinyCheckpoint.of(Map.of("model_type", "echo", "dimensions", 8)).writeTo(folder);
    }

    private Fake.Contract contract(ModelProvider provider) {
        return Fake.contract(provider, folder);
    }

    private Fake.Contract contract(UnaryOperator<Model> breaking) {
        return contract(new Fake.Provider(breaking));
    }

    /** Returns the contract of a model whose batches come out changed. */
    private Fake.Contract embedding(UnaryOperator<List<float[]>> breaking) {
        return contract(model -> new Fake(model) {
            @Override
            public List<float[]> embed(List<Prepared> batch) {
                return breaking.apply(super.embed(batch));
            }
        });
    }

    /** Returns the contract of a model that prepares contents after a change. */
    private Fake.Contract preparing(UnaryOperator<Content> breaking) {
        return contract(model -> new Fake(model) {
            @Override
            public Prepared prepare(Content content, PrepareOptions options) {
                return super.prepare(breaking.apply(content), options);
            }
        });
    }

    /** Returns the contract of a model whose matches come out changed. */
    private Fake.Contract matching(UnaryOperator<float[][]> breaking) {
        return contract(model -> new Fake(model) {
            @Override
            public float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
                return breaking.apply(super.match(contents, texts, options));
            }
        });
    }

    private static void assertFails(ThrowingCallable test, String... words) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(test)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
    }

    @Test
    void vectorsOfOtherLength() {
        Fake.Contract contract = embedding(rows -> List.of(new float[7]));
        assertFails(contract::embedsEachSampleAsAVectorOfItsDimensions, "dimensions() finite numbers");
    }

    @Test
    void vectorsOfNaN() {
        Fake.Contract contract = embedding(rows -> {
            rows.get(0)[3] = Float.NaN;
            return rows;
        });
        assertFails(contract::embedsEachSampleAsAVectorOfItsDimensions, "dimensions() finite numbers", "NaN");
    }

    @Test
    void oneVectorForAll() {
        Fake.Contract contract = preparing(content -> new Text("the same"));
        assertFails(contract::embedsEachSampleAsAVectorOfItsDimensions, "must differ");
    }

    @Test
    void groupWithoutEquals() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Prepared prepare(Content content, PrepareOptions options) {
                Object group = new Object();
                return () -> group;
            }
        });
        assertFails(contract::preparesItemsThatTellTheirGroupAndRows, "does the key have equals?");
    }

    @Test
    void videosOfWhichNothingIsTold() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Prepared prepare(Content content, PrepareOptions options) {
                return content::modality;
            }
        });
        assertFails(contract::tellsWhatItLooksAtOfVideos, "whether there is a video() of");
    }

    @Test
    void batchInAnotherOrder() {
        Fake.Contract contract = embedding(rows -> {
            List<float[]> reversed = new ArrayList<>(rows);
            Collections.reverse(reversed);
            return reversed;
        });
        assertFails(contract::embedsABatchAsItsItemsOneByOneInOrder, "must be embedded as alone, in order");
    }

    @Test
    void itemsThatDependOnTheirBatch() {
        Fake.Contract contract = embedding(rows -> {
            rows.forEach(row -> row[0] += 1e-3f * rows.size());
            return rows;
        });
        assertFails(contract::embedsABatchAsItsItemsOneByOneInOrder, "must be embedded as alone");
    }

    @Test
    void itemsThatAreLost() {
        Fake.Contract contract = embedding(rows -> rows.subList(0, 1));
        assertFails(contract::embedsABatchAsItsItemsOneByOneInOrder, "one vector per item");
    }

    @Test
    void numbersThatWander() {
        int[] calls = {0};
        Fake.Contract contract = embedding(rows -> {
            rows.get(0)[0] += 1e-6f * calls[0]++;
            return rows;
        });
        assertFails(contract::embedsTheSameToTheSame, "computed twice");
    }

    @Test
    void numbersThatDependOnTheThread() {
        Thread home = Thread.currentThread();
        Fake.Contract contract = embedding(rows -> {
            rows.get(0)[0] += Thread.currentThread() == home ? 0 : 1;
            return rows;
        });
        assertFails(contract::embedsFromManyThreadsAtOnce, "beside other calls");
    }

    @Test
    void callsThatFailOnOtherThreads() {
        Thread home = Thread.currentThread();
        Fake.Contract contract = embedding(rows -> {
            if (Thread.currentThread() != home) {
                throw new IllegalStateException("one thread only");
            }
            return rows;
        });
        assertFails(contract::embedsFromManyThreadsAtOnce, "beside other calls");
    }

    @Test
    void longTextThatIsCutUnasked() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Prepared prepare(Content content, PrepareOptions options) {
                return super.prepare(content, new PrepareOptions(true, false));
            }
        });
        assertFails(contract::refusesOverlongTextUnlessToldToTruncate, "text that is too long must be refused");
        assertFails(contract::saysWhichTextIsTooLong, "text that is too long must be refused");
    }

    @Test
    void longTextThatIsNotCut() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Prepared prepare(Content content, PrepareOptions options) {
                return super.prepare(content, PrepareOptions.DEFAULT);
            }
        });
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(contract::refusesOverlongTextUnlessToldToTruncate)
                .returns(Reason.TOO_LONG, ModelException::reason);
    }

    @Test
    void noiseThatIsTakenForAPicture() {
        Fake.Contract contract = preparing(content -> new Text("whatever it is"));
        assertFails(contract::refusesWhatItCannotRead, "that is none must be refused");
        assertFails(contract::refusesContentOfOtherModalities, "AUDIO, which modalities() leaves out,");
        assertFails(contract::saysWhichContentIsBad, "that cannot be matched must be refused");
    }

    @Test
    void noiseThatIsRefusedForAnotherReason() {
        Fake.Contract contract = preparing(content -> {
            if (content instanceof Image) {
                throw new ModelException(Reason.INTERNAL, "no picture");
            }
            return content;
        });
        assertFails(contract::refusesWhatItCannotRead, "reason for the refusal", "INTERNAL");
    }

    @Test
    void blankTextThatBecomesNaN() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Prepared prepare(Content content, PrepareOptions options) {
                return super.prepare(new Text("not blank"), options);
            }

            @Override
            public List<float[]> embed(List<Prepared> batch) {
                return List.of(new float[] {Float.NaN});
            }
        });
        assertFails(contract::answersOrRefusesBlankText, "embedding of \"\"", "NaN");
    }

    @Test
    void budgetsThatAreIgnored() {
        ModelProvider provider = new Fake.Provider() {
            @Override
            public Model load(ModelSpec spec) {
                return super.load(
                        new ModelSpec(spec.id(), spec.folder(), spec.device(), MediaLimits.DEFAULT, spec.settings()));
            }
        };
        assertFails(() -> contract(provider).keepsTheBudgetsOnMedia(), "over the limits of ModelSpec");
    }

    @Test
    void scoresOfOtherShape() {
        assertFails(
                () -> matching(scores -> new float[][] {scores[0]}).scoresEveryContentAgainstEveryText(),
                "one row per content");
        assertFails(
                () -> matching(scores -> new float[scores.length][1]).scoresEveryContentAgainstEveryText(),
                "one finite number per text");
    }

    @Test
    void scoresThatCompete() {
        Fake.Contract contract = matching(scores -> {
            for (float[] row : scores) {
                for (int n = 0; n < row.length; n++) {
                    row[n] /= row.length;
                }
            }
            return scores;
        });
        assertFails(contract::scoresAPairAsAlone, "must not depend on the other contents and texts");
        assertFails(contract::scoreOfTheEmbeddingsIsTheMatch, "must be the match of contents[0]");
    }

    @Test
    void scoresThatDependOnTheThread() {
        Thread home = Thread.currentThread();
        Fake.Contract contract = matching(scores -> {
            scores[0][0] += Thread.currentThread() == home ? 0 : 1;
            return scores;
        });
        assertFails(contract::matchesFromManyThreadsAtOnce, "scores beside other calls");
    }

    @Test
    void refusalThatNamesNoField() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
                contents.forEach(content -> prepare(content, options));
                texts.forEach(text -> prepare(text, options));
                return super.match(contents, texts, options);
            }
        });
        assertFails(contract::saysWhichTextIsTooLong, "texts[1]");
        assertFails(contract::saysWhichContentIsBad, "contents[1]");
    }

    @Test
    void samplesAreOfEveryKind() {
        assertThat(Samples.of(Set.of(Modality.values())))
                .extracting(Content::modality)
                .containsOnly(Modality.values())
                .hasSize(3 * Modality.values().length);
    }
}
