package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.Steps;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The steps of one request between the loop, which never waits here, and the reader. */
final class Channel<E> implements Steps<E> {

    /** Steps that may wait for the reader before its rows pause. */
    static final int BOUND = 64;

    private final Runnable drained;
    private final Runnable cancelled;
    private final Queue<E> steps = new ArrayDeque<>();
    private boolean ended;
    private boolean closed;
    private @Nullable ModelException failure;
    private @Nullable Runnable listener;

    /**
     * Returns an empty channel.
     *
     * @param drained runs when a reader that was behind has caught up
     * @param cancelled runs when the reader closes
     */
    Channel(Runnable drained, Runnable cancelled) {
        this.drained = drained;
        this.cancelled = cancelled;
    }

    /** Returns whether the reader is so far behind that nothing is to be added. */
    synchronized boolean isFull() {
        return steps.size() >= BOUND;
    }

    /** Returns whether the reader closed it. */
    synchronized boolean isClosed() {
        return closed;
    }

    void add(E step) {
        Runnable waiting;
        synchronized (this) {
            if (closed) {
                return;
            }
            steps.add(step);
            waiting = woken();
        }
        waiting.run();
    }

    void end() {
        Runnable waiting;
        synchronized (this) {
            ended = true;
            waiting = woken();
        }
        waiting.run();
    }

    /** Ends with an error, after the steps that are there, unless it has ended. */
    void fail(ModelException cause) {
        Runnable waiting;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            failure = cause;
            waiting = woken();
        }
        waiting.run();
    }

    @Override
    public Optional<E> next() throws InterruptedException {
        E step;
        boolean caughtUp;
        synchronized (this) {
            while (!isReady()) {
                wait();
            }
            if (closed) {
                return Optional.empty();
            }
            caughtUp = steps.size() == BOUND;
            step = steps.poll();
            if (step == null) {
                if (failure != null) {
                    throw failure;
                }
                return Optional.empty();
            }
        }
        if (caughtUp) {
            drained.run();
        }
        return Optional.of(step);
    }

    @Override
    public synchronized boolean isReady() {
        return closed || ended || !steps.isEmpty();
    }

    @Override
    public void onReady(Runnable other) {
        synchronized (this) {
            if (!isReady()) {
                listener = other;
                return;
            }
        }
        other.run();
    }

    @Override
    public void close() {
        Runnable waiting;
        boolean open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = !ended;
            steps.clear();
            waiting = woken();
        }
        waiting.run();
        if (open) {
            cancelled.run();
        }
    }

    /** Wakes who waits; returns the listener, to be run outside of the lock. */
    private Runnable woken() {
        notifyAll();
        Runnable waiting = listener;
        listener = null;
        return waiting == null ? () -> {} : waiting;
    }
}
