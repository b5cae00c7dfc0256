package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.client.BulkCall.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkPublisherTest {

    private static final Settings QUICK = new Settings(16, 1 << 20, Duration.ofMillis(1), 9);

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium =
            Sensorium.builder(server.target()).bulk(QUICK).build();

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void answersEachItemInOrder() throws InterruptedException {
        Reader reader = new Reader();
        try (SubmissionPublisher<Item> items = new SubmissionPublisher<>()) {
            sensorium.embedAll(items, EmbedOptions.DEFAULT).subscribe(reader);
            reader.request(Long.MAX_VALUE);
            BulkTest.items(1_000).forEach(items::submit);
        }
        reader.awaitEnd();
        assertThat(reader.failure).isNull();
        assertThat(reader.ids).isEqualTo(BulkTest.ids(0, 1_000));
    }

    @Test
    void asksForNoMoreThanTheReaderReads() throws InterruptedException {
        Counted items = new Counted(BulkTest.items(200).iterator());
        Reader reader = new Reader();
        sensorium.embedAll(items, EmbedOptions.DEFAULT).subscribe(reader);

        reader.request(5);
        reader.awaitResults(5);
        assertThat(items.asked.get()).isLessThanOrEqualTo(5 + QUICK.items());
        reader.request(100);
        reader.awaitResults(105);
        assertThat(items.asked.get()).isBetween(105, 105 + QUICK.items());
        assertThat(reader.ids).isEqualTo(BulkTest.ids(0, 105));
        reader.request(95);
        reader.awaitEnd();
        assertThat(reader.ids).isEqualTo(BulkTest.ids(0, 200));
    }

    @Test
    void goesOnWhenTheServerGoesAway() throws InterruptedException {
        server.embeddings.cutStreamsAfter(3, 0, 5);
        Reader reader = new Reader();
        sensorium
                .embedAll(new Counted(BulkTest.items(50).iterator()), EmbedOptions.DEFAULT)
                .subscribe(reader);
        reader.request(Long.MAX_VALUE);
        reader.awaitEnd();
        assertThat(reader.failure).isNull();
        assertThat(reader.ids).isEqualTo(BulkTest.ids(0, 50));
    }

    @Test
    void cancellingCancelsSourceAndCall() throws InterruptedException {
        Counted items = new Counted(BulkTest.items(200).iterator());
        Reader reader = new Reader();
        sensorium.embedAll(items, EmbedOptions.DEFAULT).subscribe(reader);
        reader.request(1);
        reader.awaitResults(1);

        reader.subscription().cancel();

        assertThat(server.embeddings.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(items.cancelled).isTrue();
    }

    @Test
    void failureOfTheSourceReachesTheReader() throws InterruptedException {
        Reader reader = new Reader();
        try (SubmissionPublisher<Item> items = new SubmissionPublisher<>()) {
            sensorium.embedAll(items, EmbedOptions.DEFAULT).subscribe(reader);
            reader.request(10);
            items.closeExceptionally(new IllegalStateException("no more disk"));
            reader.awaitEnd();
        }
        assertThat(reader.failure).hasMessage("no more disk");
    }

    @Test
    void failureOfTheCallReachesTheReader() throws InterruptedException {
        server.failNext(FakeServer.rich(io.grpc.Status.Code.NOT_FOUND, "NO", "no such model", "", "", 0));
        Counted items = new Counted(BulkTest.items(200).iterator());
        Reader reader = new Reader();
        sensorium.embedAll(items, EmbedOptions.DEFAULT).subscribe(reader);
        reader.request(10);
        reader.awaitEnd();
        assertThat(reader.failure).isInstanceOf(SensoriumException.NotFound.class);
        assertThat(items.cancelled).isTrue();
    }

    @Test
    void requestOfNothingIsRefused() throws InterruptedException {
        Reader reader = new Reader();
        sensorium
                .embedAll(new Counted(BulkTest.items(3).iterator()), EmbedOptions.DEFAULT)
                .subscribe(reader);
        reader.request(0);
        reader.awaitEnd();
        assertThat(reader.failure).hasMessage("request: 0 (expected: > 0)");
    }

    /** A source that counts what it is asked for, and gives it on the thread that asks. */
    private static final class Counted implements Flow.Publisher<Item> {

        final AtomicInteger asked = new AtomicInteger();
        volatile boolean cancelled;
        private final Iterator<Item> items;

        Counted(Iterator<Item> items) {
            this.items = items;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super Item> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    for (long i = 0; i < count && items.hasNext(); i++) {
                        asked.incrementAndGet();
                        subscriber.onNext(items.next());
                        if (!items.hasNext()) {
                            subscriber.onComplete();
                        }
                    }
                }

                @Override
                public void cancel() {
                    cancelled = true;
                }
            });
        }
    }

    /** A reader that asks only when told to. */
    private static final class Reader implements Flow.Subscriber<ItemResult> {

        final List<String> ids = Collections.synchronizedList(new ArrayList<>());
        volatile @Nullable Throwable failure;
        private final CountDownLatch subscribed = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile Flow.@Nullable Subscription subscription;

        void request(long count) throws InterruptedException {
            subscription().request(count);
        }

        Flow.Subscription subscription() throws InterruptedException {
            assertThat(subscribed.await(10, TimeUnit.SECONDS)).isTrue();
            Flow.Subscription current = subscription;
            if (current == null) {
                throw new AssertionError("no subscription");
            }
            return current;
        }

        void awaitResults(int count) throws InterruptedException {
            synchronized (ids) {
                while (ids.size() < count) {
                    ids.wait();
                }
            }
        }

        void awaitEnd() throws InterruptedException {
            assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            subscribed.countDown();
        }

        @Override
        public void onNext(ItemResult result) {
            synchronized (ids) {
                ids.add(result.id());
                ids.notifyAll();
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
