package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.embed;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.sensorium.proto.v1.CacheControl;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.proto.v1.Embedding;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.proto.v1.Video;
import dev.sensorium.proto.v1.VideoFile;
import dev.sensorium.proto.v1.VideoFrames;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EmbedTest extends ServiceTest {

    @Test
    void answersInOrderWhateverTheKinds() {
        Content gif = Content.newBuilder()
                .setVideo(Video.newBuilder().setFile(VideoFile.newBuilder().setData(PNG)))
                .build();
        Content frames = Content.newBuilder()
                .setVideo(Video.newBuilder()
                        .setFrames(VideoFrames.newBuilder().addImages(image(PNG).getImage())))
                .build();
        Content[] contents = {text("one"), image(PNG), gif, text("two"), frames, text("three")};
        EmbedResponse all = embeddings().embed(embed("echo/1", contents));
        assertThat(all.getEmbeddingsList()).hasSize(6);
        for (int i = 0; i < contents.length; i++) {
            EmbedResponse single = embeddings().embed(embed("echo", contents[i]));
            assertThat(single.getEmbeddings(0)).isEqualTo(all.getEmbeddings(i));
        }
        assertThat(all.getEmbeddingsList().stream().map(Embedding::hasVideo))
                .containsExactly(false, false, true, false, true, false);
        assertThat(all.getEmbeddings(0).getValuesCount()).isEqualTo(8);
        assertThat(all.getEmbeddings(0)).isNotEqualTo(all.getEmbeddings(3));
        assertThat(all.getStats().getModel()).isEqualTo("echo/1");
        assertThat(all.getStats().getEmbeddingCount()).isEqualTo(6);
        assertThat(all.getStats().getComputeTime().getNanos()).isPositive();
    }

    @Test
    void whatIsLookedAtOfAVideoDependsOnTheRate() {
        VideoFrames frames = VideoFrames.newBuilder()
                .addImages(image(PNG).getImage())
                .addImages(image(PNG.concat(PNG)).getImage())
                .setFrameRate(2)
                .build();
        EmbedRequest both = embed("echo", atRate(frames, 2));
        EmbedRequest first = embed("echo", atRate(frames, 1));
        Embedding ofBoth = embeddings().embed(both).getEmbeddings(0);
        Embedding ofFirst = embeddings().embed(first).getEmbeddings(0);

        assertThat(ofBoth.getVideo().getSecondsList()).containsExactly(0.0, 0.5);
        assertThat(ofFirst.getVideo().getSecondsList()).containsExactly(0.0);
        assertThat(ofFirst.getValuesList()).isNotEqualTo(ofBoth.getValuesList());
        assertThat(embeddings().embed(first).getEmbeddings(0)).isEqualTo(ofFirst);
        assertThat(embeddings().embed(first).getStats().getCacheHitCount()).isEqualTo(1);
        assertThat(embeddings().embed(both).getEmbeddings(0)).isEqualTo(ofBoth);
    }

    private static Content atRate(VideoFrames frames, double rate) {
        return Content.newBuilder()
                .setVideo(Video.newBuilder().setFrames(frames).setSampleRate(rate))
                .build();
    }

    @Test
    void answersABatchThatIsLargerThanItsWindow() {
        String[] texts = IntStream.range(0, 16).mapToObj(i -> "window " + i).toArray(String[]::new);
        List<Embedding> all = embeddings().embed(embed("embedder", texts)).getEmbeddingsList();
        assertThat(all).hasSize(16).doesNotHaveDuplicates();
        assertThat(embeddings().embed(embed("embedder", "window 15")).getEmbeddings(0))
                .isEqualTo(all.get(15));
    }

    @Test
    void tellsWhatCameFromTheCache() {
        EmbedResponse first = embeddings().embed(embed("echo", "cached 1", "cached 2"));
        EmbedResponse second = embeddings().embed(embed("echo", "cached 2", "cached 3", "cached 1"));
        assertThat(first.getStats().getCacheHitCount()).isZero();
        assertThat(second.getStats().getCacheHitCount()).isEqualTo(2);
        assertThat(second.getEmbeddings(0)).isEqualTo(first.getEmbeddings(1));
        assertThat(second.getEmbeddings(2)).isEqualTo(first.getEmbeddings(0));
    }

    @Test
    void usesTheCacheAsItIsTold() {
        embeddings().embed(embed("echo", "controlled"));
        assertThat(hits(CacheControl.CACHE_CONTROL_USE)).isEqualTo(1);
        assertThat(hits(CacheControl.CACHE_CONTROL_BYPASS)).isZero();
        assertThat(hits(CacheControl.CACHE_CONTROL_REFRESH)).isZero();
        assertThat(hits(CacheControl.CACHE_CONTROL_UNSPECIFIED)).isEqualTo(1);
    }

    private int hits(CacheControl control) {
        EmbedRequest request = embed("echo", "controlled").toBuilder()
                .setOptions(ProcessingOptions.newBuilder().setCacheControl(control))
                .build();
        return embeddings().embed(request).getStats().getCacheHitCount();
    }

    @Test
    void cutsTextOnlyWhenTold() {
        String tooLong = "x".repeat(78);
        Failure.of(() -> embeddings().embed(embed("echo", "short", tooLong)))
                .assertInvalid("TOO_LONG", "contents[1].text");
        EmbedRequest cut = embed("echo", tooLong).toBuilder()
                .setOptions(ProcessingOptions.newBuilder().setTruncateText(true))
                .build();
        assertThat(embeddings().embed(cut).getEmbeddings(0))
                .isEqualTo(embeddings().embed(embed("echo", "x".repeat(77))).getEmbeddings(0));
    }

    @Test
    void computesOnceWhatTwoCallsWant() throws Exception {
        double joined = lookups("joined");
        double computed = computed("echo");
        List<ListenableFuture<EmbedResponse>> answers = new ArrayList<>();
        try (EchoGate gate = shut("echo")) {
            answers.add(embeddingsLater().embed(embed("echo", "wanted twice")));
            gate.awaitHeld(1);
            answers.add(embeddingsLater().embed(embed("echo", "wanted twice")));
            await(() -> lookups("joined") == joined + 1);
        }
        assertThat(answers.get(0).get().getEmbeddings(0))
                .isEqualTo(answers.get(1).get().getEmbeddings(0));
        assertThat(computed("echo")).isEqualTo(computed + 1);
    }

    @Test
    void doesNotComputeWhatIsCancelled() throws Exception {
        double cancelled = cancelled("echo");
        double computed = computed("echo");
        try (EchoGate gate = shut("echo")) {
            ListenableFuture<EmbedResponse> held = embeddingsLater().embed(embed("echo", "held at the gate"));
            gate.awaitHeld(1);
            ListenableFuture<EmbedResponse> waiting =
                    embeddingsLater().embed(embed("echo", "cancelled 1", "cancelled 2"));
            await(() -> waiting("echo") == 2);
            waiting.cancel(true);
            await(() -> cancelled("echo") == cancelled + 2);
            assertThat(waiting("echo")).isZero();
            assertThat(held).isNotDone();
        }
        embeddings().embed(embed("echo", "after the cancel"));
        assertThat(computed("echo")).isEqualTo(computed + 2);
    }

    @Test
    void doesNotComputeWhatIsTooLate() throws Exception {
        double cancelled = cancelled("echo");
        double computed = computed("echo");
        try (EchoGate gate = shut("echo")) {
            embeddingsLater().embed(embed("echo", "held before the deadline"));
            gate.awaitHeld(1);
            ListenableFuture<EmbedResponse> late = embeddingsLater()
                    .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                    .embed(embed("echo", "too late"));
            await(late::isDone);
            await(() -> cancelled("echo") == cancelled + 1);
        }
        embeddings().embed(embed("echo", "after the deadline"));
        assertThat(computed("echo")).isEqualTo(computed + 2);
    }

    @Test
    void oneCallsCancelLeavesTheOtherItsAnswer() throws Exception {
        double joined = lookups("joined");
        ListenableFuture<EmbedResponse> second;
        try (EchoGate gate = shut("echo")) {
            embeddingsLater().embed(embed("echo", "held before the flight"));
            gate.awaitHeld(1);
            ListenableFuture<EmbedResponse> first = embeddingsLater().embed(embed("echo", "shared flight"));
            await(() -> waiting("echo") == 1);
            second = embeddingsLater().embed(embed("echo", "shared flight"));
            await(() -> lookups("joined") == joined + 1);
            first.cancel(true);
        }
        assertThat(second.get().getEmbeddingsCount()).isEqualTo(1);
    }

    @Test
    void turnsCallersAwayWhenTheQueueIsFull() throws Exception {
        ListenableFuture<EmbedResponse> inside;
        try (EchoGate gate = shut("echo")) {
            embeddingsLater().embed(embed("echo", "held before the crowd"));
            gate.awaitHeld(1);
            inside = embeddingsLater().embed(embed("echo", numbered("crowd", 16)));
            ListenableFuture<EmbedResponse> more = embeddingsLater().embed(embed("echo", "more 1", "more 2"));
            await(() -> waiting("echo") == 8);
            Failure refused = Failure.of(() -> embeddings().embed(embed("echo", "one too many")));
            assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.reason()).isEqualTo("QUEUE_FULL");
            assertThat(refused.hasRetryDelay()).isTrue();
            assertThat(more).isNotDone();
        }
        assertThat(inside.get().getEmbeddingsCount()).isEqualTo(16);
        assertThat(embeddings().embed(embed("echo", "one too many")).getEmbeddingsCount())
                .isEqualTo(1);
    }

    @Test
    void aPoisonousItemFailsNobodyElse() throws Exception {
        ListenableFuture<EmbedResponse> good;
        ListenableFuture<EmbedResponse> bad;
        try (EchoGate gate = shut("echo")) {
            embeddingsLater().embed(embed("echo", "held before the poison"));
            gate.awaitHeld(1);
            good = embeddingsLater().embed(embed("echo", "beside it"));
            bad = embeddingsLater().embed(embed("echo", "the poison"));
            await(() -> waiting("echo") == 2);
        }
        assertThat(good.get().getEmbeddingsCount()).isEqualTo(1);
        await(bad::isDone);
        Failure failure = Failure.of(() -> embeddings().embed(embed("echo", "the poison")));
        assertThat(failure.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure.message()).matches("internal error, id [0-9a-f]{16}");
        assertThat(failure.info().getMetadataMap()).containsKey("id");
    }

    @Test
    void picksAModelOnlyWhereThereIsNoChoice() {
        Failure.of(() -> embeddings().embed(embed("", "which model"))).assertInvalid("MODEL_REQUIRED", "model");
    }

    private static String[] numbered(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + " " + i).toArray(String[]::new);
    }

    @Test
    void batchesOverTheLimitAreRefused() {
        String[] texts = Collections.nCopies(17, "again").toArray(String[]::new);
        Failure.of(() -> embeddings().embed(embed("echo", texts))).assertInvalid("INVALID_REQUEST", "contents");
    }
}
