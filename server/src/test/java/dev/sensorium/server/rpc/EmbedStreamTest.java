package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.embed;
import static dev.sensorium.server.rpc.Requests.item;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.CacheControl;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.EmbedItem;
import dev.sensorium.proto.v1.EmbedStreamRequest;
import dev.sensorium.proto.v1.EmbedStreamResponse;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EmbedStreamTest extends ServiceTest {

    /** A client of one stream that reads only when it is told to. */
    private static final class Stream implements ClientResponseObserver<EmbedStreamRequest, EmbedStreamResponse> {
        final BlockingQueue<EmbedStreamResponse> results = new LinkedBlockingQueue<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();

        @SuppressWarnings("NullAway.Init") // beforeStart is called first of all
        ClientCallStreamObserver<EmbedStreamRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<EmbedStreamRequest> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(EmbedStreamResponse result) {
            results.add(result);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(null);
        }

        void send(String model, EmbedItem... items) {
            requests.onNext(EmbedStreamRequest.newBuilder()
                    .setModel(model)
                    .addAllItems(List.of(items))
                    .build());
        }

        EmbedStreamResponse next() throws InterruptedException {
            requests.request(1);
            return results.take();
        }

        /** Sends an item and waits for its result or the end of the stream. */
        boolean isLetIn() {
            send("echo", item("a", text("one of many")));
            requests.request(1);
            await(() -> !results.isEmpty() || end.isDone());
            return !end.isDone();
        }

        Failure failure() {
            requests.request(1);
            Throwable failure = end.handle((nothing, e) -> e).join();
            return Failure.of((StatusRuntimeException) failure);
        }
    }

    private Stream open() {
        Stream stream = new Stream();
        EmbeddingServiceGrpc.newStub(channel).embedStream(stream);
        return stream;
    }

    @Test
    void answersEachItemInOrder() throws Exception {
        Stream stream = open();
        for (int message = 0; message < 10; message++) {
            EmbedItem[] items = new EmbedItem[10];
            for (int i = 0; i < 10; i++) {
                String name = "stream " + (10 * message + i);
                items[i] = item(name, text(name));
            }
            stream.send(message == 0 ? "echo" : "", items);
        }
        stream.requests.onCompleted();
        for (int i = 0; i < 100; i++) {
            EmbedStreamResponse result = stream.next();
            assertThat(result.getId()).isEqualTo("stream " + i);
            assertThat(result.getEmbedding().getValuesCount()).isEqualTo(8);
            assertThat(result.getModel()).isEqualTo("echo/1");
            assertThat(result.getCacheHit()).isFalse();
        }
        stream.requests.request(1);
        stream.end.get();
        assertThat(embeddings().embed(embed("echo", "stream 57")).getStats().getCacheHitCount())
                .isEqualTo(1);
    }

    @Test
    void anItemThatCannotBeEmbeddedHarmsNoOther() throws Exception {
        Stream stream = open();
        stream.send(
                "echo",
                item("1", text("fine 1")),
                item("2", text(" ")),
                item("3", text("x".repeat(78))),
                item("4", Requests.image(com.google.protobuf.ByteString.copyFromUtf8("no image"))),
                item("5", Content.getDefaultInstance()),
                item("6", text("poison")),
                item("7", text("fine 2")));
        stream.requests.onCompleted();
        assertThat(stream.next().hasEmbedding()).isTrue();
        error(stream.next(), "2").assertInvalid("INVALID_REQUEST", "content.text");
        error(stream.next(), "3").assertInvalid("TOO_LONG", "content.text");
        error(stream.next(), "4").assertInvalid("INVALID_INPUT", "content.image.data");
        error(stream.next(), "5").assertInvalid("INVALID_REQUEST", "content");
        assertThat(error(stream.next(), "6").code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(stream.next().hasEmbedding()).isTrue();
        stream.requests.request(1);
        stream.end.get();
    }

    private static Failure error(EmbedStreamResponse result, String id) {
        assertThat(result.getId()).isEqualTo(id);
        assertThat(result.hasError()).isTrue();
        return new Failure(result.getError());
    }

    @Test
    void tellsPerItemWhatCameFromTheCache() throws Exception {
        embeddings().embed(embed("echo", "known to the stream"));
        Stream stream = open();
        stream.send("echo", item("a", text("known to the stream")), item("b", text("unknown to the stream")));
        stream.requests.onCompleted();
        assertThat(stream.next().getCacheHit()).isTrue();
        assertThat(stream.next().getCacheHit()).isFalse();
    }

    @Test
    void anEmptyStreamIsFine() throws Exception {
        Stream stream = open();
        stream.requests.onCompleted();
        stream.requests.request(1);
        stream.end.get();
    }

    @Test
    void aFirstMessageWithoutItemsIsFine() throws Exception {
        Stream stream = open();
        stream.send("echo");
        stream.send("echo", item("a", text("second message")));
        assertThat(stream.next().getId()).isEqualTo("a");
    }

    @Test
    void laterMessagesMustNotChangeModelOrOptions() throws Exception {
        Stream model = open();
        model.send("echo", item("a", text("first message")));
        model.next();
        model.send("embedder", item("b", text("other model")));
        model.failure().assertInvalid("INVALID_REQUEST", "model");

        Stream options = open();
        options.send("echo", item("a", text("first message")));
        options.next();
        options.requests.onNext(EmbedStreamRequest.newBuilder()
                .setOptions(ProcessingOptions.newBuilder().setCacheControl(CacheControl.CACHE_CONTROL_BYPASS))
                .build());
        options.failure().assertInvalid("INVALID_REQUEST", "options");
    }

    @Test
    void idsAreBounded() throws Exception {
        Stream stream = open();
        stream.send("echo", item("ä".repeat(512), text("just so")));
        assertThat(stream.next().getId()).hasSize(512);
        stream.send("", item("short", text("fine")), item("ä".repeat(513), text("too long an id")));
        stream.failure().assertInvalid("INVALID_REQUEST", "items[1].id");
    }

    @Test
    void anUnknownModelEndsTheStream() {
        Stream stream = open();
        stream.send("nobody", item("a", text("for nobody")));
        assertThat(stream.failure().code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void aFullQueueEndsAStreamThatIsNewToIt() throws Exception {
        try (EchoGate gate = shut("echo")) {
            embeddingsLater().embed(embed("echo", "held before the streams"));
            gate.awaitHeld(1);
            Stream first = open();
            first.send("echo", items("queued a", 6));
            Stream second = open();
            second.send("echo", items("queued b", 6));
            await(() -> waiting("echo") >= 8);
            Stream third = open();
            third.send("echo", item("c", text("queued c")));
            Failure failure = third.failure();
            assertThat(failure.reason()).isEqualTo("QUEUE_FULL");
            assertThat(failure.hasRetryDelay()).isTrue();
            first.requests.cancel("enough", null);
            second.requests.cancel("enough", null);
            await(() -> waiting("echo") == 0);
        }
    }

    @Test
    void callsAtTheSameTimeAreBounded() {
        List<Stream> inside = new ArrayList<>();
        Stream last = open();
        while (last.isLetIn()) {
            inside.add(last);
            last = open();
        }
        assertThat(inside).hasSizeBetween(10, 20);
        Failure refused = last.failure();
        assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).isEqualTo("TOO_MANY_CALLS");
        assertThat(refused.hasRetryDelay()).isTrue();
        inside.forEach(stream -> stream.requests.cancel("enough", null));
        await(() -> open().isLetIn());
    }

    /** Results of 64 KB each fill what the transport buffers after a few. */
    @Test
    void aReaderWhoDoesNotReadIsNotComputedFor() throws Exception {
        double before = computed("wide");
        Stream stream = open();
        for (int i = 0; i < 2000; i++) {
            stream.send("wide", item("slow " + i, text("slow " + i)));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(stream.next().getId()).isEqualTo("slow " + i);
        }
        for (int i = 0; i < 300; i++) { // each of these has its turn only beside one of the stream's
            embeddings().embed(embed("wide", "meanwhile " + i));
        }
        assertThat(computed("wide") - before - 300).isBetween(5.0, 100.0);
        stream.requests.cancel("enough", null);
    }

    @Test
    void aCancelFreesWhatTheStreamHeld() throws Exception {
        double cancelled = cancelled("echo");
        double computed = computed("echo");
        try (EchoGate gate = shut("echo")) {
            Stream stream = open();
            stream.send("echo", items("abandoned", 20));
            int running = gate.awaitHeld(1).get(0);
            await(() -> waiting("echo") == 6 - running);
            stream.requests.cancel("enough", null);
            await(() -> cancelled("echo") == cancelled + 6 - running);
            assertThat(waiting("echo")).isZero();
        }
        embeddings().embed(embed("echo", "after the stream"));
        assertThat(computed("echo")).isLessThanOrEqualTo(computed + 7);
    }

    private static EmbedItem[] items(String name, int count) {
        List<EmbedItem> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(item(name + " " + i, text(name + " " + i)));
        }
        return items.toArray(EmbedItem[]::new);
    }
}
