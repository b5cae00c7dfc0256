package dev.sensorium.cli;

import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.client.CallStats;
import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.EmbedResult;
import dev.sensorium.client.Item;
import dev.sensorium.client.ItemResult;
import dev.sensorium.client.ItemResults;
import dev.sensorium.client.MatchOptions;
import dev.sensorium.client.MatchResult;
import dev.sensorium.client.Sensorium;
import dev.sensorium.client.SensoriumException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The calls of a benchmark, and the three ways to make them: by callers that wait for each answer, at a rate that does
 * not wait, or in streams.
 *
 * @param sensorium the client
 * @param payloads what is sent
 * @param texts what contents are matched with; empty to embed them
 * @param batch contents per call
 * @param options how contents are treated
 */
record BenchLoad(Sensorium sensorium, BenchPayloads payloads, List<String> texts, int batch, EmbedOptions options) {

    private static final int MAX_OUTSTANDING = 4_096;

    /** Calls once, and returns the model that answers. */
    String probe() {
        return start().join().model();
    }

    /** Lets this many callers call, each as soon as it has its answer. */
    void callers(int count, BenchRecorder recorder) throws InterruptedException {
        inParallel(count, () -> {
            while (!recorder.over()) {
                long started = System.nanoTime();
                record(recorder, started, start()).join();
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
            record(recorder, due, start()).whenComplete((done, failure) -> outstanding.release());
        }
        outstanding.acquire(MAX_OUTSTANDING);
    }

    /** Embeds in this many streams at once; latency is that of an item, its wait in the stream's window included. */
    void streams(int count, BenchRecorder recorder) throws InterruptedException {
        inParallel(count, () -> {
            Iterator<Item> items = Stream.generate(() -> new Item("" + System.nanoTime(), payloads.next()))
                    .takeWhile(item -> !recorder.over())
                    .iterator();
            try (ItemResults results = sensorium.embedAll(items, options)) {
                while (results.hasNext()) {
                    record(recorder, results.next());
                }
            } catch (SensoriumException e) {
                recorder.failure(e);
            }
        });
    }

    private static void record(BenchRecorder recorder, ItemResult result) {
        result.error()
                .ifPresentOrElse(
                        recorder::failure,
                        () -> recorder.success(
                                Long.parseLong(result.id()),
                                new Success(1, 1, result.cacheHit() ? 1 : 0, Duration.ZERO, Duration.ZERO)));
    }

    private CompletableFuture<Object> record(BenchRecorder recorder, long started, CompletableFuture<CallStats> call) {
        return call.handle((stats, failure) -> {
            if (failure == null) {
                recorder.success(
                        started,
                        new Success(
                                batch,
                                stats.embeddingCount(),
                                stats.cacheHitCount(),
                                stats.queueTime(),
                                stats.computeTime()));
            } else if (failure.getCause() instanceof SensoriumException e) {
                recorder.failure(e);
            } else {
                throw new IllegalStateException("call: failed", failure);
            }
            return "";
        });
    }

    private CompletableFuture<CallStats> start() {
        List<Content> contents = Stream.generate(payloads::next).limit(batch).toList();
        return texts.isEmpty()
                ? sensorium.async().embed(contents, options).thenApply(EmbedResult::stats)
                : sensorium
                        .async()
                        .match(contents, texts, MatchOptions.DEFAULT.withEmbedding(options))
                        .thenApply(BenchLoad::stats);
    }

    private static CallStats stats(List<MatchResult> matches) {
        return matches.get(0).stats();
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
