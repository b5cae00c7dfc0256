package dev.sensorium.client;

import dev.sensorium.client.BulkCall.Receiver;
import dev.sensorium.client.BulkCall.Settings;
import io.grpc.ManagedChannel;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The results of a bulk call as a publisher: each subscriber has a call of its own over the items of the source. */
record BulkPublisher(ManagedChannel channel, Flow.Publisher<Item> items, EmbedOptions options, Settings settings)
        implements Flow.Publisher<ItemResult> {

    @Override
    public void subscribe(Flow.Subscriber<? super ItemResult> subscriber) {
        items.subscribe(new Bridge(Objects.requireNonNull(subscriber)));
    }

    /** Subscriber of the items and subscription to the results; asks for one item at a time while there is room. */
    private final class Bridge implements Flow.Subscriber<Item>, Flow.Subscription, Receiver {

        private final Flow.Subscriber<? super ItemResult> subscriber;
        private final BulkCall call = new BulkCall(channel, options, settings, this);
        private final Queue<ItemResult> unread = new ConcurrentLinkedQueue<>();
        private final AtomicInteger unreadCount = new AtomicInteger();
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger signals = new AtomicInteger();
        private volatile Flow.@Nullable Subscription source;
        private volatile boolean asked;
        private volatile boolean exhausted;
        private volatile boolean ended;
        private volatile boolean done;
        private volatile @Nullable Throwable failure;

        Bridge(Flow.Subscriber<? super ItemResult> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            if (source != null) {
                subscription.cancel();
                return;
            }
            source = subscription;
            subscriber.onSubscribe(this);
            drain();
        }

        @Override
        public void onNext(Item item) {
            call.send(item);
            asked = false;
            drain();
        }

        @Override
        public void onError(Throwable reason) {
            exhausted = true;
            call.cancel();
            failure = reason;
            ended = true;
            drain();
        }

        @Override
        public void onComplete() {
            exhausted = true;
            call.complete();
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                stop();
                failure = new IllegalArgumentException("request: " + count + " (expected: > 0)");
                unread.clear();
                ended = true;
            } else {
                demand.getAndUpdate(old -> old + count < 0 ? Long.MAX_VALUE : old + count);
            }
            drain();
        }

        @Override
        public void cancel() {
            done = true;
            stop();
        }

        @Override
        public void result(ItemResult result) {
            unreadCount.incrementAndGet();
            unread.add(result);
            drain();
        }

        @Override
        public void end(@Nullable SensoriumException reason) {
            failure = reason;
            ended = true;
            if (reason != null) {
                stop();
            }
            drain();
        }

        /** Does what can be done; one thread at a time, others only leave a signal that there is more. */
        private void drain() {
            if (signals.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            while (seen != 0) {
                deliver();
                ask();
                seen = signals.addAndGet(-seen);
            }
        }

        private void deliver() {
            while (!done && demand.get() > 0) {
                ItemResult result = unread.poll();
                if (result == null) {
                    break;
                }
                unreadCount.decrementAndGet();
                demand.decrementAndGet();
                subscriber.onNext(result);
            }
            if (!done && ended && unread.isEmpty()) {
                done = true;
                Throwable reason = failure;
                if (reason == null) {
                    subscriber.onComplete();
                } else {
                    subscriber.onError(reason);
                }
            }
        }

        private void ask() {
            Flow.Subscription subscription = source;
            if (subscription != null && !asked && !exhausted && !done && !ended && call.hasRoom(unreadCount.get())) {
                asked = true;
                subscription.request(1);
            }
        }

        private void stop() {
            exhausted = true;
            call.cancel();
            Flow.Subscription subscription = source;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
