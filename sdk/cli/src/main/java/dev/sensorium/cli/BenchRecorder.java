package dev.sensorium.cli;

import dev.sensorium.client.SensoriumException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What happens during a benchmark, by second, from the end of the warm-up to the end of the run. For many threads. */
final class BenchRecorder {

    private static final int DIGITS = 3;
    private static final int MICROS = 1_000;

    private final long begin;
    private final long end;
    private final List<Second> seconds = new ArrayList<>();
    private final Histogram latencies = new Histogram(DIGITS);
    private final Map<String, Long> errors = new TreeMap<>();
    private long items;
    private long embeddings;
    private long cacheHits;
    private long queueNanos;
    private long computeNanos;

    /** One second of the run: latencies in microseconds. */
    record Second(Histogram latencies) {}

    /**
     * What came of a call that succeeded.
     *
     * @param items contents embedded or matched
     * @param embeddings embeddings that it took
     * @param cacheHits embeddings of these that came from the cache
     * @param queue how long it waited for its turn
     * @param compute how long it was computed
     */
    record Success(int items, int embeddings, int cacheHits, Duration queue, Duration compute) {}

    BenchRecorder(long begin, Duration duration) {
        this.begin = begin;
        this.end = begin + duration.toNanos();
    }

    /** Tells whether the run is over. */
    boolean over() {
        return System.nanoTime() >= end;
    }

    long end() {
        return end;
    }

    synchronized void success(long started, Success success) {
        long now = System.nanoTime();
        if (now < begin || now >= end) {
            return;
        }
        long micros = Math.max(1, (now - started) / MICROS);
        latencies.recordValue(micros);
        second(now).latencies().recordValue(micros);
        items += success.items();
        embeddings += success.embeddings();
        cacheHits += success.cacheHits();
        queueNanos += success.queue().toNanos();
        computeNanos += success.compute().toNanos();
    }

    synchronized void failure(SensoriumException failure) {
        long now = System.nanoTime();
        if (now >= begin && now < end) {
            errors.merge(failure.code().name(), 1L, Long::sum);
        }
    }

    /** Returns what is known at the end. */
    synchronized BenchReport report(BenchReport.Setting setting, double batchSize) {
        double calls = Math.max(1, latencies.getTotalCount());
        return new BenchReport(
                setting,
                (end - begin) / 1e9,
                latencies,
                seconds,
                items,
                embeddings,
                cacheHits,
                queueNanos / calls / 1e6,
                computeNanos / calls / 1e6,
                batchSize,
                errors);
    }

    private Second second(long now) {
        int index = (int) ((now - begin) / 1_000_000_000L);
        while (seconds.size() <= index) {
            seconds.add(new Second(new Histogram(DIGITS)));
        }
        return seconds.get(index);
    }
}
