package dev.sensorium.cli;

import dev.sensorium.cli.BenchCalls.Answered;
import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.cli.BenchRecorder.Tokens;
import dev.sensorium.cli.BenchRecorder.Work;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Item;
import dev.sensorium.client.ItemResult;
import dev.sensorium.client.ItemResults;
import dev.sensorium.client.SensoriumException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The three ways to make the calls of a benchmark: by callers that wait for each answer, at a rate that does not wait, or
 * in streams.
 *
 * @param calls starts a call
 */
record BenchLoad(Supplier<CompletableFuture<Answered>> calls) {

    private static final int MAX_OUTSTANDING = 4_096;

    /** Calls once, and returns the model that answers. */
    String probe() {
        return calls.get().join().model();
    }

    /** Lets this many callers call, each as soon as it has its answer. */
    void callers(int count, BenchRecorder recorder) throws InterruptedException {
        inParallel(count, () -> {
            while (!recorder.over()) {
                long started = System.nanoTime();
                record(recorder, started, calls.get()).join();
            }
        });
    }

    /**
     * Makes so many calls per second, whether or not those before are answered. Latency counts from when a call was due,
     * so that a server that stalls cannot hide it.
     */
    void rate(double perSecond, BenchRecorder recorder) throws InterruptedException {
        Semaphore outstanding = new Semaphore(MAX_OUTSTANDING);
        long begin = System.nanoTime();
        for (long i = 0; !recorder.over(); i++) {
            long due = begin + (long) (i * 1e9 / perSecond);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            outstanding.acquire();
            record(recorder, due, calls.get()).whenComplete((done, failure) -> outstanding.release());
        }
        outstanding.acquire(MAX_OUTSTANDING);
    }

    /** Embeds in this many streams at once; latency is that of an item, its wait in the stream's window included. */
    static void streams(BenchCalls of, EmbedOptions options, int count, BenchRecorder recorder)
            throws InterruptedException {
        inParallel(count, () -> {
            Iterator<Item> items = Stream.generate(
                            () -> new Item("" + System.nanoTime(), of.payloads().next()))
                    .takeWhile(item -> !recorder.over())
                    .iterator();
            try (ItemResults results = of.sensorium().embedAll(items, options)) {
                while (results.hasNext()) {
                    record(recorder, results.next());
                }
            } catch (SensoriumException e) {
                recorder.failure(e);
            }
        });
    }

    private static void record(BenchRecorder recorder, ItemResult result) {
        Work work = new Work(1, result.cacheHit() ? 1 : 0, Duration.ZERO, Duration.ZERO);
        result.error()
                .ifPresentOrElse(
                        recorder::failure,
                        () -> recorder.success(Long.parseLong(result.id()), new Success(1, work, Tokens.NONE)));
    }

    private static CompletableFuture<Object> record(
            BenchRecorder recorder, long started, CompletableFuture<Answered> call) {
        return call.handle((answer, failure) -> {
            if (failure == null) {
                recorder.success(started, answer.success());
            } else if (failure.getCause() instanceof SensoriumException e) {
                recorder.failure(e);
            } else {
                throw new IllegalStateException("call: failed", failure);
            }
            return "";
        });
    }

    private static void inParallel(int count, Runnable work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(work, "bench-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
