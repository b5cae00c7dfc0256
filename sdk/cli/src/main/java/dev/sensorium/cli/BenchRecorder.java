package dev.sensorium.cli;

import dev.sensorium.client.SensoriumException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
    private final Histogram firstTokens = new Histogram(DIGITS);
    private final Histogram otherTokens = new Histogram(DIGITS);
    private long tokens;
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
     * @param items contents embedded or matched, texts generated, pictures drawn, or actions
     * @param work what it took
     * @param tokens what was generated
     */
    record Success(int items, Work work, Tokens tokens) {}

    /**
     * What a call took at the server.
     *
     * @param embeddings embeddings, or encodings of contents to generate from
     * @param cacheHits how many of these came from the cache
     * @param queue how long it waited for its turn
     * @param compute how long it was computed
     */
    record Work(int embeddings, int cacheHits, Duration queue, Duration compute) {}

    /**
     * The tokens of a call.
     *
     * @param count how many
     * @param first when the first came, by the system's nanoseconds; empty if all came at once
     * @param last when the last came
     */
    record Tokens(int count, OptionalLong first, long last) {

        static final Tokens NONE = atOnce(0);

        static Tokens atOnce(int count) {
            return new Tokens(count, OptionalLong.empty(), 0);
        }
    }

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
        embeddings += success.work().embeddings();
        cacheHits += success.work().cacheHits();
        queueNanos += success.work().queue().toNanos();
        computeNanos += success.work().compute().toNanos();
        count(started, success.tokens());
    }

    private void count(long started, Tokens come) {
        tokens += come.count();
        if (come.first().isEmpty()) {
            return;
        }
        long first = come.first().getAsLong();
        firstTokens.recordValue(Math.max(1, (first - started) / MICROS));
        if (come.count() > 1) {
            otherTokens.recordValue(Math.max(1, (come.last() - first) / (come.count() - 1) / MICROS));
        }
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
                new BenchTokens(tokens, firstTokens, otherTokens),
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
