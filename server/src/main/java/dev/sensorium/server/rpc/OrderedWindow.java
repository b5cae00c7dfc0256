package dev.sensorium.server.rpc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A window over a call's tasks: a bounded number of them is under way at a time, and what becomes of them is delivered in
 * their order. Used from the steps of its call only. Closing it cancels what is under way.
 */
final class OrderedWindow<T> implements AutoCloseable {

    private final int size;
    private final Call<?> call;
    private final Sink<T> sink;
    private final Deque<Supplier<CompletableFuture<T>>> waiting = new ArrayDeque<>();
    private final Deque<CompletableFuture<T>> running = new ArrayDeque<>();

    /** Where results go. */
    interface Sink<T> {

        /** Returns whether it takes a result now. */
        default boolean isReady() {
            return true;
        }

        /** Takes the next task's result, which is done. */
        void deliver(CompletableFuture<T> done);

        /** Is told that all has been done that can be done for now. */
        void settled();
    }

    /**
     * An empty window.
     *
     * @param size tasks under way at a time; one counts until its result is delivered
     */
    OrderedWindow(int size, Call<?> call, Sink<T> sink) {
        this.size = size;
        this.call = call;
        this.sink = sink;
    }

    /** Adds a task; {@link #pump} starts it. */
    void add(Supplier<CompletableFuture<T>> task) {
        waiting.add(task);
    }

    /** Returns whether more tasks could be started than there are. */
    boolean hasRoom() {
        return waiting.isEmpty() && running.size() < size;
    }

    /** Returns whether everything was delivered. */
    boolean isIdle() {
        return waiting.isEmpty() && running.isEmpty();
    }

    /** Starts and delivers what it can. */
    void pump() {
        boolean moved = true;
        while (moved && !call.isOver()) {
            moved = deliver() | start();
        }
        if (!call.isOver()) {
            sink.settled();
        }
    }

    @Override
    public void close() {
        waiting.clear();
        running.forEach(task -> task.cancel(false));
        running.clear();
    }

    private boolean deliver() {
        CompletableFuture<T> first = running.peek();
        if (first == null || !first.isDone() || !sink.isReady()) {
            return false;
        }
        running.remove();
        sink.deliver(first);
        return true;
    }

    private boolean start() {
        Supplier<CompletableFuture<T>> next = running.size() < size ? waiting.poll() : null;
        if (next == null || call.isOver()) {
            return false;
        }
        CompletableFuture<T> task = started(next);
        running.add(task);
        if (!task.isDone()) {
            task.whenComplete((result, failure) -> call.step(this::pump));
        }
        return true;
    }

    private CompletableFuture<T> started(Supplier<CompletableFuture<T>> task) {
        try {
            return task.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
