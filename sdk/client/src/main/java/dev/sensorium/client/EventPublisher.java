package dev.sensorium.client;

import dev.sensorium.client.EventCall.Receiver;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The events of a call as a publisher, for one subscriber. */
final class EventPublisher<E> implements Flow.Publisher<E>, Receiver<E> {

    private final EventCall call;
    private final AtomicBoolean taken = new AtomicBoolean();

    // These change between two events of the call only.
    private Flow.@Nullable Subscriber<? super E> reader;
    private boolean ended;
    private @Nullable Throwable failure;

    EventPublisher(EventCall call) {
        this.call = call;
    }

    /** Tells whether there is a subscriber, or has been. */
    boolean taken() {
        return taken.get();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super E> subscriber) {
        Objects.requireNonNull(subscriber);
        if (!taken.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Nothing());
            subscriber.onError(new IllegalStateException("events: a second subscriber (expected: one)"));
            return;
        }
        call.deliver(() -> {
            reader = subscriber;
            subscriber.onSubscribe(new Reading());
            finish();
        });
    }

    @Override
    public void event(E event) {
        if (reader != null) {
            reader.onNext(event);
        }
    }

    @Override
    public void end(@Nullable SensoriumException reason) {
        last(reason);
    }

    private void last(@Nullable Throwable reason) {
        ended = true;
        failure = reason;
        finish();
    }

    private void finish() {
        Flow.Subscriber<? super E> last = reader;
        if (!ended || last == null) {
            return;
        }
        reader = null;
        if (failure == null) {
            last.onComplete();
        } else {
            last.onError(failure);
        }
    }

    /** The subscription of the one who gets the events. */
    private final class Reading implements Flow.Subscription {

        @Override
        public void request(long count) {
            if (count > 0) {
                call.request(count);
                return;
            }
            call.cancel();
            call.deliver(() -> last(new IllegalArgumentException("request: " + count + " (expected: > 0)")));
        }

        @Override
        public void cancel() {
            call.cancel();
            call.deliver(() -> reader = null);
        }
    }

    /** The subscription of one who gets nothing. */
    private static final class Nothing implements Flow.Subscription {

        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }
}
