package dev.sensorium.client;

import dev.sensorium.client.EventCall.Receiver;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.client.SensoriumException.Details;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of a call, pulled by one thread or published to one subscriber. Only {@link #close} may come from another
 * thread. Methods that wait throw {@link SensoriumException} if the call fails.
 */
final class EventReader<E> implements Iterator<E>, AutoCloseable {

    private final String what;
    private final Consumer<E> noting;
    private final EventCall call;
    private final EventPublisher<E> events;
    private final BlockingQueue<Supplier<@Nullable E>> arrived = new LinkedBlockingQueue<>();
    private boolean ended;
    private @Nullable E next;

    /**
     * A reader of a call, which it starts.
     *
     * @param what is called, such as "generation"
     * @param noting is told of each event that is pulled
     * @param opening makes the call for its receiver
     */
    EventReader(String what, Consumer<E> noting, Function<Receiver<E>, ? extends EventCall> opening) {
        this.what = what;
        this.noting = noting;
        this.call = opening.apply(new Arrivals());
        this.events = new EventPublisher<>(call);
        call.start();
    }

    @Override
    public boolean hasNext() {
        peek();
        return next != null;
    }

    @Override
    public E next() {
        peek();
        E event = next;
        if (event == null) {
            throw new NoSuchElementException("events: all read");
        }
        next = null;
        return event;
    }

    /** Pulls the next event without reading it. */
    void peek() {
        if (next == null && !ended) {
            next = pull();
        }
    }

    /** Returns the events for one subscriber; there is no other way to read then. */
    Flow.Publisher<E> events() {
        return events;
    }

    @Override
    public void close() {
        call.cancel();
        arrived.add(() -> {
            throw cancelled("the " + what + " was closed", null);
        });
    }

    private @Nullable E pull() {
        if (events.taken()) {
            throw new IllegalStateException("events: taken by a subscriber");
        }
        try {
            call.request(1);
            E event = await().get();
            ended = event == null;
            if (event != null) {
                noting.accept(event);
            }
            return event;
        } catch (RuntimeException e) {
            ended = true;
            call.cancel();
            throw e;
        }
    }

    private Supplier<@Nullable E> await() {
        try {
            return arrived.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled("the thread was interrupted", e);
        }
    }

    private static SensoriumException cancelled(String message, @Nullable Throwable cause) {
        return Errors.create(Code.CANCELLED, message, Details.NONE, cause);
    }

    /** Takes the events to whoever reads them. */
    private final class Arrivals implements Receiver<E> {

        @Override
        public void event(E event) {
            if (events.taken()) {
                events.event(event);
            } else {
                arrived.add(() -> event);
            }
        }

        @Override
        public void end(@Nullable SensoriumException failure) {
            events.end(failure);
            arrived.add(() -> {
                if (failure != null) {
                    throw failure;
                }
                return null;
            });
        }
    }
}
