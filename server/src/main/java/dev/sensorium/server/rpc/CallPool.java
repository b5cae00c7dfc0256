package dev.sensorium.server.rpc;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.ServiceException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that calls take their steps on: reading, hashing, answering; nothing that waits. Bounded by the number of
 * calls that it lets in.
 */
@Singleton
public final class CallPool {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final int maxCalls;
    private final Semaphore room;
    private final ThreadPoolExecutor threads;

    @Inject
    CallPool(SensoriumConfig config) {
        this.maxCalls = config.limits().calls();
        this.room = new Semaphore(maxCalls);
        AtomicInteger count = new AtomicInteger();
        int size = Runtime.getRuntime().availableProcessors();
        this.threads = new ThreadPoolExecutor(
                size,
                size,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> thread(task, count.incrementAndGet()));
        threads.prestartAllCoreThreads(); // one that a plugin's thread started would keep hold of the plugin
    }

    private static Thread thread(Runnable task, int number) {
        Thread thread = new Thread(task, "call-" + number);
        thread.setContextClassLoader(CallPool.class.getClassLoader());
        thread.setDaemon(true);
        return thread;
    }

    /** Returns the threads, for what is of no call. */
    Executor threads() {
        return threads;
    }

    /** Begins a call, to be called where gRPC calls the service; its first step is to find room. */
    <R> Call<R> begin(StreamObserver<R> observer) {
        Call<R> call = Call.begin(threads, observer);
        call.step(() -> enter(call));
        return call;
    }

    private void enter(Call<?> call) {
        if (!room.tryAcquire()) {
            throw new ServiceException(
                            Status.Code.RESOURCE_EXHAUSTED,
                            "TOO_MANY_CALLS",
                            "calls: %d are under way (expected: < %d)".formatted(maxCalls, maxCalls))
                    .retryAfter(RETRY);
        }
        call.keep(room::release);
    }

    @PreDestroy
    void close() {
        threads.shutdown();
    }
}
