package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where requests wait for a loop in their order, and where the loop waits for something to do. */
final class WaitingRoom {

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private boolean woken;
    private boolean closed;

    /** Returns a room for so many requests. */
    WaitingRoom(int most) {
        this.most = most;
    }

    /**
     * Adds a request.
     *
     * @throws ModelException CAPACITY if too many wait
     */
    void add(Job job) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the loop is closed");
            }
            waiting.removeIf(Job::isFinished);
            if (waiting.size() >= most) {
                throw new ModelException(
                        Reason.CAPACITY, "requests: %d wait (expected: < %d)".formatted(waiting.size(), most));
            }
            waiting.add(job);
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the loop look whether there is something to do. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits unless the loop is busy or there may be something to do; returns whether to go on. */
    boolean await(boolean busy) {
        lock.lock();
        try {
            while (!busy && !woken && !closed) {
                work.awaitUninterruptibly();
            }
            woken = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Lets those in who are first, until one is not admitted. Called by the loop's thread, which takes its time. */
    void admit(Predicate<Job> admission) {
        Job next = first();
        while (next != null && admission.test(next)) {
            lock.lock();
            try {
                waiting.remove(next);
            } finally {
                lock.unlock();
            }
            next = first();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Has {@link #await} return false, and nobody be added. */
    void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Closes, and returns who waited. */
    List<Job> clear() {
        lock.lock();
        try {
            closed = true;
            List<Job> left = List.copyOf(waiting);
            waiting.clear();
            return left;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Job first() {
        lock.lock();
        try {
            waiting.removeIf(Job::isFinished);
            return waiting.peek();
        } finally {
            lock.unlock();
        }
    }
}
