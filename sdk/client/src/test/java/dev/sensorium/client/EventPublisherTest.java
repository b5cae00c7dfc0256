package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventPublisherTest {

    /** More 10 KB responses than fit between a server and a client that does not read: 1 MiB of HTTP/2's window. */
    private static final int AHEAD = 120;

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void publishesTheEventsInOrder() throws InterruptedException {
        Reader reader = reader("a red circle");
        reader.subscription().request(Long.MAX_VALUE);
        reader.awaitEnd();

        assertThat(reader.failure).isNull();
        assertThat(reader.events).hasSize(5);
        assertThat(reader.events.poll()).isInstanceOf(Started.class);
        assertThat(reader.text(3)).isEqualTo("a red circle");
        assertThat(reader.events.poll()).isInstanceOf(Finished.class);
    }

    @Test
    void slowReaderIsNotFlooded() throws InterruptedException {
        Reader reader = reader("flood");
        reader.subscription().request(3);
        reader.awaitEvents(3);
        Thread.sleep(300);
        assertThat(reader.events).hasSize(3);
        assertThat(server.generations.sent.get()).isLessThan(AHEAD);

        reader.subscription().request(2);
        reader.awaitEvents(5);
        Thread.sleep(300);
        assertThat(reader.events).hasSize(5);
        assertThat(server.generations.sent.get()).isLessThan(AHEAD);

        reader.subscription().request(Long.MAX_VALUE);
        reader.awaitEnd();
        assertThat(reader.events).hasSize(1_002);
    }

    @Test
    void demandIsHonouredOverABrokenConnection() throws InterruptedException {
        server.generations.cutStreamsAfter(2, 1);
        Reader reader = new Reader();
        sensorium
                .generate(Prompt.of("a red circle"), GenerationOptions.DEFAULT.withResumeWindow(Duration.ofSeconds(20)))
                .events()
                .subscribe(reader);
        reader.subscription().request(4);
        reader.awaitEvents(4);
        Thread.sleep(300);
        assertThat(reader.events).hasSize(4);
        assertThat(reader.ended()).isFalse();
        reader.subscription().request(1);
        reader.awaitEnd();
        assertThat(reader.events).hasSize(5);
    }

    @Test
    void cancellingEndsTheGeneration() throws InterruptedException {
        Reader reader = reader("red silence");
        reader.subscription().request(10);
        reader.awaitEvents(2);

        reader.subscription().cancel();

        assertThat(server.generations.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.ended()).isFalse();
    }

    @Test
    void readerThatThrowsGetsNoMore() throws InterruptedException {
        Reader reader = new Reader() {
            @Override
            public void onNext(GenerationEvent event) {
                super.onNext(event);
                throw new IllegalStateException("no more disk");
            }
        };
        sensorium.generate(Prompt.of("red silence")).events().subscribe(reader);
        reader.subscription().request(10);

        assertThat(server.generations.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.events).hasSize(1);
    }

    @Test
    void failureReachesTheReader() throws InterruptedException {
        Reader reader = reader("broken");
        reader.awaitEnd();
        assertThat(reader.failure).isInstanceOf(SensoriumException.InvalidArgument.class);
    }

    @Test
    void failureFromBeforeReachesTheReader() throws InterruptedException {
        var generation = sensorium.generate(Prompt.of("broken"));
        while (server.generations.requests.isEmpty()) {
            Thread.sleep(10);
        }
        Thread.sleep(100);
        Reader reader = new Reader();
        generation.events().subscribe(reader);
        reader.awaitEnd();
        assertThat(reader.failure).isInstanceOf(SensoriumException.InvalidArgument.class);
    }

    @Test
    void requestOfNothingIsRefused() throws InterruptedException {
        Reader reader = reader("red silence");
        reader.subscription().request(1);
        reader.awaitEvents(1);
        reader.subscription().request(0);
        reader.awaitEnd();
        assertThat(reader.failure).hasMessage("request: 0 (expected: > 0)");
        assertThat(server.generations.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void thereIsOneReader() throws InterruptedException {
        var generation = sensorium.generate(Prompt.of("red circle"));
        Reader first = new Reader();
        Reader second = new Reader();
        generation.next();
        generation.events().subscribe(first);
        generation.events().subscribe(second);

        second.awaitEnd();
        assertThat(second.failure).hasMessage("events: a second subscriber (expected: one)");
        assertThatIllegalStateException().isThrownBy(generation::hasNext).withMessageContaining("subscriber");
        first.subscription().request(10);
        first.awaitEnd();
        assertThat(first.text(2)).isEqualTo("red circle");
    }

    private Reader reader(String words) {
        Reader reader = new Reader();
        sensorium.generate(Prompt.of(words)).events().subscribe(reader);
        return reader;
    }

    /** A reader that asks only when told to. */
    private static class Reader implements Flow.Subscriber<GenerationEvent> {

        final BlockingQueue<GenerationEvent> events = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        volatile @Nullable Throwable failure;
        private final CountDownLatch end = new CountDownLatch(1);

        /** The subscription, as soon as it is there: another thread may deliver it. */
        Flow.Subscription subscription() {
            return subscription.orTimeout(20, TimeUnit.SECONDS).join();
        }

        void awaitEvents(int count) throws InterruptedException {
            synchronized (events) {
                while (events.size() < count) {
                    events.wait(10_000);
                }
            }
        }

        void awaitEnd() throws InterruptedException {
            assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
        }

        boolean ended() {
            return end.getCount() == 0;
        }

        String text(int deltas) {
            List<String> pieces = new ArrayList<>();
            for (int i = 0; i < deltas; i++) {
                if (events.poll() instanceof Delta delta) {
                    pieces.add(delta.text());
                }
            }
            return String.join("", pieces);
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription.complete(newSubscription);
        }

        @Override
        public void onNext(GenerationEvent event) {
            synchronized (events) {
                events.add(event);
                events.notifyAll();
            }
        }

        @Override
        public void onError(Throwable reason) {
            failure = reason;
            end.countDown();
        }

        @Override
        public void onComplete() {
            end.countDown();
        }
    }
}
