package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.client.DrawingEvent.Drawn;
import dev.sensorium.client.DrawingEvent.Finished;
import dev.sensorium.client.DrawingEvent.Preview;
import dev.sensorium.client.DrawingEvent.Progress;
import dev.sensorium.client.DrawingEvent.Started;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.proto.v1.DrawingOptions;
import dev.sensorium.proto.v1.GenerateImageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DrawingTest {

    private static final DrawingUsage USAGE =
            new DrawingUsage(3, 2, Duration.ofMillis(2), Duration.ofSeconds(1), Duration.ZERO);

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void eventsComeInOrder() {
        try (Drawing drawing = sensorium.draw("a red circle", DrawOptions.DEFAULT.withPreviewInterval(1))) {
            assertThat(drawing.started().seed()).isEqualTo(42);
            assertThat(drawing.next()).isEqualTo(new Started("easel/1", 42, 2, 3, Duration.ofMillis(2)));
            assertThat(drawing.next()).isEqualTo(new Progress(0, 1, 2, Duration.ofSeconds(1)));
            assertThat(drawing.next()).isEqualTo(new Preview(0, png(42), 1));
            assertThat(drawing.next()).isEqualTo(new Progress(0, 2, 2, Duration.ZERO));
            assertThat(drawing.next()).isEqualTo(new Drawn(drawn(0, 0, 42, OptionalDouble.empty())));
            assertThat(drawing.next()).isEqualTo(new Finished(USAGE));
            assertThat(drawing.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(drawing::next);
        }
    }

    @Test
    void resultIsWholeWhateverWasReadBefore(@TempDir Path folder) {
        try (Drawing drawing = sensorium.draw("a red circle")) {
            drawing.next();
            DrawResult result = drawing.result();
            assertThat(result)
                    .isEqualTo(new DrawResult(List.of(drawn(0, 0, 42, OptionalDouble.empty())), USAGE, "easel/1"))
                    .isEqualTo(drawing.result())
                    .isEqualTo(drawing.finished().join());
            result.best().writeTo(folder.resolve("out.png"));
            assertThat(folder.resolve("out.png")).hasBinaryContent(result.best().png());
        }
    }

    @Test
    void rankedPicturesComeBestFirst() {
        DrawOptions options = DrawOptions.DEFAULT.withCount(3).withSeed(7).withRerankModel("words");
        try (Drawing drawing = sensorium.draw("a red circle", options)) {
            assertThat(drawing.result().pictures())
                    .containsExactly(
                            drawn(2, 0, 9, OptionalDouble.of(2.5)),
                            drawn(1, 1, 8, OptionalDouble.of(1.5)),
                            drawn(0, 2, 7, OptionalDouble.of(0.5)));
        }
    }

    @Test
    void sendsTheOptions() {
        DrawOptions options = DrawOptions.DEFAULT
                .withModel("easel/1")
                .withGuidance(4)
                .withTemperature(0.9)
                .withTopK(256)
                .withSeed(-7)
                .withCount(2)
                .withPreviewInterval(16)
                .withRerankModel("words")
                .withTruncatePrompt(true);
        sensorium.async().draw("a red circle", options).join();

        assertThat(server.drawings.requests.remove())
                .isEqualTo(GenerateImageRequest.newBuilder()
                        .setModel("easel/1")
                        .setPrompt("a red circle")
                        .setDrawing(DrawingOptions.newBuilder()
                                .setGuidance(4)
                                .setTemperature(0.9)
                                .setTopK(256)
                                .setSeed(-7))
                        .setCount(2)
                        .setPreviewInterval(16)
                        .setRerankModel("words")
                        .setTruncatePrompt(true)
                        .build());
    }

    @Test
    void sendsNothingThatWasNotSaid() {
        sensorium.async().draw("red", DrawOptions.DEFAULT).join();
        assertThat(server.drawings.requests.remove().getDrawing()).isEqualTo(DrawingOptions.getDefaultInstance());
    }

    @Test
    void refusesABlankPromptBeforeItGoesOut() {
        assertThat(catchThrowableOfType(SensoriumException.InvalidArgument.class, () -> sensorium.draw(" ")))
                .hasMessageContaining("prompt: blank (expected: a character that is not white space)");
        assertThat(server.drawings.requests).isEmpty();
    }

    @Test
    void failuresAreTyped() {
        var refused = catchThrowableOfType(
                SensoriumException.InvalidArgument.class,
                () -> sensorium.draw("broken").result());
        assertThat(refused.reason()).isEqualTo("TOO_LONG");
        assertThat(refused.violations()).extracting(FieldViolation::field).containsExactly("prompt");

        assertThat(catchThrowableOfType(
                                SensoriumException.class,
                                () -> sensorium.draw("outage").result())
                        .code())
                .isEqualTo(Code.UNAVAILABLE);
        assertThat(catchThrowableOfType(
                        SensoriumException.class, () -> sensorium.draw("chaos").result()))
                .hasMessageContaining("no event (expected: started, progress, preview, picture or finished)");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() ->
                        sensorium.async().draw("broken", DrawOptions.DEFAULT).join())
                .withCauseInstanceOf(SensoriumException.InvalidArgument.class);
    }

    @Test
    void deadlineEndsTheDrawing() {
        DrawOptions soon = DrawOptions.DEFAULT.withDeadline(Duration.ofMillis(300));
        assertThat(catchThrowableOfType(
                                SensoriumException.class,
                                () -> sensorium.draw("silence", soon).result())
                        .code())
                .isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    @Test
    void isTriedAgainBeforeTheFirstEvent() {
        server.failNext(FakeServer.unavailable(), FakeServer.unavailable());
        assertThat(sensorium.draw("a red circle").result().pictures()).hasSize(1);
    }

    @Test
    void closingEndsTheDrawing() throws InterruptedException {
        Drawing drawing = sensorium.draw("silence");
        CompletableFuture<DrawResult> finished = drawing.finished();
        drawing.next();
        drawing.close();
        assertThat(server.drawings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(catchThrowableOfType(SensoriumException.class, drawing::hasNext)
                        .code())
                .isEqualTo(Code.CANCELLED);
        assertThat(finished).isCompletedExceptionally();
    }

    @Test
    void cancellingTheFutureEndsTheDrawing() throws InterruptedException {
        CompletableFuture<DrawResult> future = sensorium.async().draw("silence", DrawOptions.DEFAULT);
        while (server.drawings.requests.isEmpty()) {
            Thread.sleep(5);
        }
        future.cancel(true);
        assertThat(server.drawings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eventsArePublishedAndThePicturesAreAFuture() throws Exception {
        Drawing drawing = sensorium.draw("a red circle", DrawOptions.DEFAULT.withPreviewInterval(1));
        CompletableFuture<DrawResult> finished = drawing.finished();
        Reader reader = new Reader();
        drawing.events().subscribe(reader);
        reader.subscription.get(10, TimeUnit.SECONDS).request(3);
        assertThat(reader.next()).isInstanceOf(Started.class);
        assertThat(reader.next()).isInstanceOf(Progress.class);
        assertThat(reader.next()).isInstanceOf(Preview.class);
        assertThat(reader.events.poll(100, TimeUnit.MILLISECONDS)).isNull();
        assertThat(finished).isNotDone();

        reader.subscription.join().request(Long.MAX_VALUE);
        reader.end.get(10, TimeUnit.SECONDS);
        assertThat(finished.join().pictures()).hasSize(1);
    }

    @Test
    void aSubscriberWhoCancelsEndsTheDrawing() throws Exception {
        Drawing drawing = sensorium.draw("silence");
        Reader reader = new Reader();
        drawing.events().subscribe(reader);
        reader.subscription.get(10, TimeUnit.SECONDS).request(1);
        reader.next();
        reader.subscription.join().cancel();
        assertThat(server.drawings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(drawing.finished()).isCompletedExceptionally();
    }

    private static Content.Picture png(long seed) {
        return Content.image(FakeDrawings.png(seed).toByteArray());
    }

    private static DrawnPicture drawn(int index, int rank, long seed, OptionalDouble score) {
        return new DrawnPicture(index, rank, png(seed), seed, score);
    }

    /** A reader that asks only when told to. */
    private static final class Reader implements Flow.Subscriber<DrawingEvent> {

        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final BlockingQueue<DrawingEvent> events = new LinkedBlockingQueue<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();

        DrawingEvent next() throws InterruptedException {
            DrawingEvent event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event;
        }

        @Override
        public void onSubscribe(Flow.Subscription granted) {
            subscription.complete(granted);
        }

        @Override
        public void onNext(DrawingEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
