package dev.sensorium.server.schedule;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Device;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of items through one model: they wait in a bounded queue, are prepared one by one ahead of the device, and
 * run in batches of what is ready when the device is free.
 *
 * <p>Fair: the queue before preparing and each lane after it serve callers in turn. An item whose result is cancelled
 * before its batch starts is not computed. If a batch fails, its items run singly, so that only the bad ones fail.
 */
final class Batcher<P, O> implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Kernel<P, O> kernel;
    private final BatchLimits limits;
    private final DeviceBroker broker;
    private final Device device;
    private final Executor preparers;
    private final BatchMeters meters;
    private final List<Thread> runners = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final FairQueue<Item<P, O>> arrived = new FairQueue<>();
    private final Lanes<P, O> lanes;
    private int preparing;
    private boolean closing;

    Batcher(String name, Kernel<P, O> kernel, BatchLimits limits, Resources resources) {
        this.kernel = kernel;
        this.limits = limits;
        this.broker = resources.broker();
        this.device = resources.device();
        this.preparers = resources.preparers();
        this.meters = resources.meters();
        this.lanes = new Lanes<>(limits.maxRows(), limits.maxDelay().toNanos());
        meters.queue(this, Batcher::waiting);
        for (int i = 0; i < broker.runs(device); i++) {
            runners.add(start("batcher-" + name + "-" + i));
        }
    }

    /**
     * What a batcher runs with.
     *
     * @param preparers takes as many tasks as {@link BatchLimits#prepareAhead} allows; never refuses one
     */
    record Resources(DeviceBroker broker, Device device, Executor preparers, BatchMeters meters) {}

    private Thread start(String name) {
        Thread thread = new Thread(this::runBatches, name);
        thread.setContextClassLoader(Batcher.class.getClassLoader());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Takes an item in.
     *
     * @param source prepares the item, on a thread of the pool
     * @throws ServiceException RESOURCE_EXHAUSTED if the queue is full and the caller new to it, UNAVAILABLE if closed
     */
    CompletableFuture<Computed<O>> submit(Caller caller, Supplier<P> source) {
        Item<P, O> item = new Item<>(caller, source, System.nanoTime());
        lock.lock();
        try {
            admit(caller);
            arrived.add(caller, item);
        } finally {
            lock.unlock();
        }
        item.result.whenComplete((answer, failure) -> {
            if (item.result.isCancelled()) {
                remove(item);
            }
        });
        prepareAhead();
        return item.result;
    }

    /** Returns how many items wait. */
    int waiting() {
        lock.lock();
        try {
            return arrived.size() + preparing + lanes.items();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more items, and returns when those that it has are answered. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        runners.forEach(Batcher::join);
        meters.close();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(Caller caller) {
        if (closing) {
            throw new ServiceException(Status.Code.UNAVAILABLE, "MODEL_CLOSED", "the model is being unloaded")
                    .retryAfter(RETRY);
        }
        int waiting = waiting();
        if (waiting >= limits.queue() && !caller.admitted()) {
            meters.rejected();
            throw new ServiceException(
                            Status.Code.RESOURCE_EXHAUSTED,
                            "QUEUE_FULL",
                            "queue: %d items wait for the model (expected: < %d)".formatted(waiting, limits.queue()))
                    .retryAfter(RETRY);
        }
        caller.admit();
    }

    private void remove(Item<P, O> item) {
        lock.lock();
        try {
            boolean waited = arrived.remove(item.caller, item);
            if (item.ready != null) {
                waited |= lanes.remove(item.ready);
            }
            if (waited) {
                meters.cancelled();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        prepareAhead();
    }

    /** Has items prepared while there is room for prepared ones. */
    private void prepareAhead() {
        for (Item<P, O> item = nextToPrepare(); item != null; item = nextToPrepare()) {
            Item<P, O> next = item;
            preparers.execute(() -> prepare(next));
        }
    }

    private @Nullable Item<P, O> nextToPrepare() {
        lock.lock();
        try {
            Item<P, O> next = preparing + lanes.rows() < limits.prepareAhead() ? arrived.poll() : null;
            if (next != null) {
                preparing++;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void prepare(Item<P, O> item) {
        Lanes.Ready<P, O> ready = null;
        try {
            if (!item.result.isDone()) {
                long start = System.nanoTime();
                ready = new Lanes.Ready<>(item, item.source.get(), kernel);
                item.prepared(System.nanoTime() - start);
                meters.prepared(System.nanoTime() - start);
            }
        } catch (Throwable e) {
            item.result.completeExceptionally(e);
        }
        prepared(item, ready);
        prepareAhead();
    }

    private void prepared(Item<P, O> item, Lanes.@Nullable Ready<P, O> ready) {
        lock.lock();
        try {
            preparing--;
            if (ready != null && !item.result.isDone()) {
                item.ready = ready;
                lanes.add(ready, System.nanoTime());
            } else if (item.result.isCancelled()) {
                meters.cancelled();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void runBatches() {
        while (awaitBatch()) {
            try (DeviceBroker.Permit permit = broker.acquire(device)) {
                List<Lanes.Ready<P, O>> batch = nextBatch();
                prepareAhead();
                if (!batch.isEmpty()) {
                    meters.batch(batch.size());
                    run(batch);
                }
            }
        }
    }

    /** Waits until a batch is due; returns false if none will be any more. */
    private boolean awaitBatch() {
        lock.lock();
        try {
            while (true) {
                long delay = delay();
                if (delay <= 0) {
                    return true;
                }
                if (closing && arrived.isEmpty() && preparing == 0) {
                    return false;
                }
                await(delay);
            }
        } finally {
            lock.unlock();
        }
    }

    private long delay() {
        return closing && lanes.items() > 0 ? 0 : lanes.delay(System.nanoTime());
    }

    private void await(long nanos) {
        try {
            changed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // only close ends a runner, and it does not interrupt
        }
    }

    /** Takes the batch only now that the device is free, so that what came meanwhile is in it. */
    private List<Lanes.Ready<P, O>> nextBatch() {
        lock.lock();
        try {
            return lanes.poll(System.nanoTime(), closing);
        } finally {
            lock.unlock();
        }
    }

    private void run(List<Lanes.Ready<P, O>> batch) {
        long start = System.nanoTime();
        List<O> answers;
        try {
            answers = kernel.run(batch.stream().map(ready -> ready.prepared).toList());
            if (answers.size() != batch.size()) {
                throw new IllegalStateException("answers: %d (expected: %d)".formatted(answers.size(), batch.size()));
            }
        } catch (Throwable e) {
            fail(batch, e);
            return;
        }
        long elapsed = System.nanoTime() - start;
        meters.computed(elapsed);
        for (int i = 0; i < batch.size(); i++) {
            Item<P, O> item = batch.get(i).item;
            meters.waited(item.waited(start));
            item.result.complete(new Computed<>(answers.get(i), item.waited(start), elapsed));
        }
    }

    private void fail(List<Lanes.Ready<P, O>> batch, Throwable failure) {
        if (batch.size() == 1) {
            batch.get(0).item.result.completeExceptionally(failure);
            return;
        }
        for (Lanes.Ready<P, O> single : batch) {
            if (!single.item.result.isDone()) {
                run(List.of(single));
            }
        }
    }
}
