package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model promises that is an {@link Embedder}. */
public interface EmbedderContract extends ModelContract {

    /** Returns by how much a number may depend on its neighbours in a batch; more than this only if a dtype says so. */
    default float tolerance() {
        return 1e-5f;
    }

    @Test
    default void embedsEachSampleAsAVectorOfItsDimensions() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            assertThat(embedder.modalities()).as("modalities()").isNotEmpty();
            assertThat(embedder.dimensions()).as("dimensions()").isPositive();
            Set<List<Float>> seen = new HashSet<>();
            for (Content content : samples(embedder.modalities())) {
                List<Float> vector = Vectors.list(Vectors.embed(embedder, content));
                assertThat(vector)
                        .as("embedding of %s: dimensions() finite numbers", Vectors.name(content))
                        .hasSize(embedder.dimensions())
                        .allMatch(Float::isFinite);
                assertThat(seen.add(vector))
                        .as("embedding of %s must differ from those of other contents", Vectors.name(content))
                        .isTrue();
            }
        }
    }

    @Test
    default void preparesItemsThatTellTheirGroupAndRows() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            for (Content content : samples(embedder.modalities())) {
                Prepared once = embedder.prepare(content, PrepareOptions.DEFAULT);
                Prepared twice = embedder.prepare(content, PrepareOptions.DEFAULT);
                assertThat(once.rows())
                        .as("rows() of %s", Vectors.name(content))
                        .isPositive();
                assertThat(once.group())
                        .as("group() of %s, prepared twice: does the key have equals?", Vectors.name(content))
                        .isEqualTo(twice.group())
                        .hasSameHashCodeAs(twice.group());
            }
        }
    }

    @Test
    default void tellsWhatItLooksAtOfVideos() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            for (Content content : samples(embedder.modalities())) {
                assertThat(embedder.prepare(content, PrepareOptions.DEFAULT)
                                .video()
                                .isPresent())
                        .as("whether there is a video() of %s", Vectors.name(content))
                        .isEqualTo(content.modality() == Modality.VIDEO);
            }
        }
    }

    @Test
    default void embedsABatchAsItsItemsOneByOneInOrder() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            for (List<Content> group : Vectors.groups(embedder, samples(embedder.modalities()))) {
                List<Content> batch = new ArrayList<>(group);
                batch.addAll(group);
                List<float[]> together = Vectors.embed(embedder, batch);
                assertThat(together).as("embed of a batch: one vector per item").hasSize(batch.size());
                for (int i = 0; i < batch.size(); i++) {
                    assertThat(together.get(i))
                            .as(
                                    "item %d (%s) of a batch of %d must be embedded as alone, in order",
                                    i, Vectors.name(batch.get(i)), batch.size())
                            .usingComparatorWithPrecision(tolerance())
                            .containsExactly(Vectors.embed(embedder, batch.get(i)));
                }
            }
        }
    }

    @Test
    default void embedsTheSameToTheSame() {
        try (Model model = Contracts.load(this);
                Model again = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            for (Content content : samples(embedder.modalities())) {
                float[] first = Vectors.embed(embedder, content);
                assertThat(Vectors.embed(embedder, content))
                        .as("embedding of %s, computed twice", Vectors.name(content))
                        .isEqualTo(first);
                assertThat(Vectors.embed((Embedder) again, content))
                        .as("embedding of %s by the model loaded twice", Vectors.name(content))
                        .isEqualTo(first);
            }
        }
    }

    @Test
    default void embedsFromManyThreadsAtOnce() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            List<Content> contents = samples(embedder.modalities());
            List<List<float[]>> results = Contracts.inParallel(contents, content -> Vectors.embed(embedder, content));
            for (int i = 0; i < contents.size(); i++) {
                float[] alone = Vectors.embed(embedder, contents.get(i));
                String what = "embedding of %s beside other calls".formatted(Vectors.name(contents.get(i)));
                assertThat(results.get(i)).allSatisfy(vector -> assertThat(vector)
                        .as(what)
                        .usingComparatorWithPrecision(tolerance())
                        .containsExactly(alone));
            }
        }
    }

    @Test
    default void refusesOverlongTextUnlessToldToTruncate() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            if (!embedder.modalities().contains(Modality.TEXT)) {
                return; // then text is refused altogether, which another test checks
            }
            Contracts.assertRefused(
                    "text that is too long",
                    () -> embedder.prepare(overlongText(), PrepareOptions.DEFAULT),
                    Set.of(Reason.TOO_LONG),
                    "expected");
            Prepared cut = embedder.prepare(overlongText(), new PrepareOptions(true, false));
            assertThat(embedder.embed(List.of(cut)))
                    .as("embedding of a text that was cut because truncateText was set")
                    .singleElement()
                    .satisfies(vector -> assertThat(Vectors.list(vector)).allMatch(Float::isFinite));
        }
    }

    @Test
    default void refusesWhatItCannotRead() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            for (Modality modality : embedder.modalities()) {
                for (Content content : Samples.unreadable(modality)) {
                    Contracts.assertRefused(
                            "%s that is none".formatted(modality),
                            () -> embedder.prepare(content, PrepareOptions.DEFAULT),
                            Set.of(Reason.INVALID_INPUT),
                            "");
                }
            }
        }
    }

    @Test
    default void refusesContentOfOtherModalities() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            Set<Modality> others = EnumSet.allOf(Modality.class);
            others.removeAll(embedder.modalities());
            for (Content content : Samples.of(others)) {
                Contracts.assertRefused(
                        "%s, which modalities() leaves out,".formatted(content.modality()),
                        () -> embedder.prepare(content, PrepareOptions.DEFAULT),
                        Set.of(Reason.INVALID_INPUT),
                        "");
            }
        }
    }

    @Test
    default void answersOrRefusesBlankText() {
        try (Model model = Contracts.load(this)) {
            Embedder embedder = (Embedder) model;
            if (!embedder.modalities().contains(Modality.TEXT)) {
                return; // then text is refused altogether, which another test checks
            }
            Vectors.assertEmbeddedOrRefusedAsInvalid(embedder, new Text(""));
        }
    }

    @Test
    default void keepsTheBudgetsOnMedia() {
        ModelSpec spec = spec();
        MediaLimits tight = new MediaLimits(256, 16, 1, 600);
        ModelSpec limited = new ModelSpec(spec.id(), spec.folder(), spec.device(), tight, spec.settings());
        try (Model model = provider().load(limited)) {
            Embedder embedder = (Embedder) model;
            Set<Modality> media = EnumSet.of(Modality.IMAGE, Modality.VIDEO);
            media.retainAll(embedder.modalities());
            for (Content content : samples(media)) {
                Contracts.assertRefused(
                        "%s over the limits of ModelSpec".formatted(Vectors.name(content)),
                        () -> embedder.prepare(content, PrepareOptions.DEFAULT),
                        Set.of(Reason.TOO_LONG),
                        "expected");
            }
        }
    }

    @Test
    default void tellsBrokenWeights(@TempDir Path temporary) throws IOException {
        Path copy = TinyCheckpoint.copy(spec().folder(), temporary.resolve("nan"));
        List<Path> files = Contracts.weightFiles(copy);
        for (Path file : files) {
            TinyCheckpoint.fillWithNaN(file);
        }
        if (files.isEmpty()) {
            return; // a family without weights has none to break
        }
        Contracts.assertRefused(
                "embedding by a checkpoint whose weights are NaN",
                () -> {
                    try (Model model = provider().load(Contracts.at(copy, spec()))) {
                        Embedder embedder = (Embedder) model;
                        Vectors.embed(embedder, samples(embedder.modalities()).get(0));
                    }
                },
                Set.of(Reason.NOT_FINITE, Reason.INVALID_CHECKPOINT),
                "");
    }
}
