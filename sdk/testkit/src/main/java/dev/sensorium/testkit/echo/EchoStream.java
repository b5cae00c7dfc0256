package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Steps;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Steps that an {@link EchoLoop} makes one by one, a few ahead of the one who pulls them. */
final class EchoStream<T> implements Steps<T> {

    /** How many steps are made ahead; a stream that has them is paused. */
    private static final int AHEAD = 4;

    private final Iterator<T> source;
    private final EchoLoop loop;
    private final Queue<T> made = new ArrayDeque<>();
    private @Nullable RuntimeException failure;
    private @Nullable Runnable listener;
    private boolean over;

    EchoStream(Iterator<T> source, EchoLoop loop) {
        this.source = source;
        this.loop = loop;
    }

    /** Returns whether it could be given a step. */
    synchronized boolean wantsStep() {
        return !over && made.size() < AHEAD;
    }

    /** Makes the next step, or finds that there is none. */
    void step() {
        Runnable ready;
        synchronized (this) {
            if (!wantsStep()) {
                return;
            }
            try {
                if (source.hasNext()) {
                    made.add(source.next());
                } else {
                    over = true;
                }
            } catch (RuntimeException e) {
                failure = e;
                over = true;
            }
            ready = takeListener();
        }
        ready.run();
    }

    /** Returns whether there is nothing left to be made. */
    synchronized boolean isOver() {
        return over;
    }

    @Override
    public Optional<T> next() throws InterruptedException {
        T step;
        synchronized (this) {
            while (!isReady()) {
                wait();
            }
            step = made.poll();
            if (step == null && failure != null) {
                throw failure;
            }
        }
        loop.wake();
        return Optional.ofNullable(step);
    }

    @Override
    public synchronized boolean isReady() {
        return over || !made.isEmpty();
    }

    @Override
    public void onReady(Runnable action) {
        synchronized (this) {
            if (!isReady()) {
                listener = action;
                return;
            }
        }
        action.run();
    }

    @Override
    public void close() {
        Runnable ready;
        synchronized (this) {
            over = true;
            failure = null;
            made.clear();
            ready = takeListener();
        }
        loop.end(this);
        ready.run();
    }

    private Runnable takeListener() {
        notifyAll();
        Runnable taken = listener;
        listener = null;
        return taken == null ? () -> {} : taken;
    }
}
