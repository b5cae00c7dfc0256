package dev.sensorium.server.schedule;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue before what a model generates step by step: the model is given a bounded number of generations at a time,
 * read and preprocessed on the pool of preparing threads; others wait for their turn, in order, and callers that come when
 * too many wait are turned away. What is cancelled while it waits never reaches the model.
 */
final class GenerationQueue implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final PluginCode plugin;
    private final GenerationLimits limits;
    private final Executor preparers;
    private final GenerationMeters meters;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final FairQueue<Asked<?>> waiting = new FairQueue<>();
    private int live;
    private boolean closing;

    GenerationQueue(PluginCode plugin, GenerationLimits limits, Resources resources) {
        this.plugin = plugin;
        this.limits = limits;
        this.preparers = resources.preparers();
        this.meters = resources.meters();
        meters.gauge("live", this, GenerationQueue::live);
        meters.gauge("waiting", this, GenerationQueue::waiting);
    }

    /**
     * What a queue runs with.
     *
     * @param preparers takes as many tasks as {@link GenerationLimits#live} allows; never refuses one
     */
    record Resources(Executor preparers, GenerationMeters meters) {}

    /** A generation that was asked for; cancelling its result takes it out of the queue. */
    private static final class Asked<T> {
        final Caller caller;
        final Supplier<Steps<T>> source;
        final long time = System.nanoTime();
        final CompletableFuture<Generation<T>> result = new CompletableFuture<>();

        Asked(Caller caller, Supplier<Steps<T>> source) {
            this.caller = caller;
            this.source = source;
        }
    }

    /**
     * Starts to generate when it is this call's turn; cancelling the result gives the turn up. Who gets the generation
     * closes it.
     *
     * @param source asks the model; called as a plugin is to be called
     * @return fails as the source does
     * @throws ServiceException RESOURCE_EXHAUSTED if the queue is full and the caller has not been let in before,
     *     UNAVAILABLE if closed
     */
    <T> CompletableFuture<Generation<T>> submit(Caller caller, Supplier<Steps<T>> source) {
        return submit(new Asked<>(caller, source));
    }

    /** Returns the pool of preparing threads. */
    Executor preparers() {
        return preparers;
    }

    private <T> CompletableFuture<Generation<T>> submit(Asked<T> asked) {
        lock.lock();
        try {
            admit(asked.caller);
            waiting.add(asked.caller, asked);
        } finally {
            lock.unlock();
        }
        asked.result.whenComplete((generation, failure) -> {
            if (asked.result.isCancelled()) {
                remove(asked);
            }
        });
        startNext();
        return asked.result;
    }

    private void admit(Caller caller) {
        if (closing) {
            throw new ServiceException(Status.Code.UNAVAILABLE, "MODEL_CLOSED", "the model is being unloaded")
                    .retryAfter(RETRY);
        }
        boolean full = live >= limits.live() && waiting.size() >= limits.queue();
        if (full && !caller.admitted()) {
            meters.refused();
            throw new ServiceException(
                            Status.Code.RESOURCE_EXHAUSTED,
                            "QUEUE_FULL",
                            "queue: %d generations are under way and %d wait for the model (expected: < %d and < %d)"
                                    .formatted(live, waiting.size(), limits.live(), limits.queue()))
                    .retryAfter(RETRY);
        }
        caller.admit();
    }

    private void remove(Asked<?> asked) {
        lock.lock();
        try {
            if (waiting.remove(asked.caller, asked)) {
                meters.cancelled();
            }
        } finally {
            lock.unlock();
        }
    }

    private void startNext() {
        for (Asked<?> next = next(); next != null; next = next()) {
            Asked<?> turn = next;
            preparers.execute(() -> open(turn));
        }
    }

    private @Nullable Asked<?> next() {
        lock.lock();
        try {
            Asked<?> next = live < limits.live() ? waiting.poll() : null;
            if (next != null) {
                live++;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private <T> void open(Asked<T> asked) {
        if (asked.result.isDone()) {
            meters.cancelled();
            release();
            return;
        }
        Generation<T> generation;
        try {
            long start = System.nanoTime();
            Steps<T> steps = plugin.call(asked.source::get);
            meters.prepared(System.nanoTime() - start);
            generation = new Generation<>(steps, plugin, meters, asked.time, this::release);
        } catch (Throwable e) { // a plugin may throw anything
            if (e instanceof ModelException refusal && refusal.reason() == Reason.CAPACITY) {
                meters.refused();
            }
            release();
            asked.result.completeExceptionally(e);
            return;
        }
        if (!asked.result.complete(generation)) {
            generation.close();
        }
    }

    private void release() {
        lock.lock();
        try {
            live--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
        startNext();
    }

    /** Returns how many generations the model has been given and has not ended. */
    int live() {
        lock.lock();
        try {
            return live;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many generations wait for their turn. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more, and returns when those that it has have ended. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            while (live > 0) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        meters.close();
    }
}
