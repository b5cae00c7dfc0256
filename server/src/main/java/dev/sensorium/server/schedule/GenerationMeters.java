package dev.sensorium.server.schedule;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The numbers that one {@link GenerationQueue} tells of itself; {@code METRICS.md} says what they mean. */
final class GenerationMeters implements AutoCloseable {

    private static final String PREFIX_HITS = "prefix.hits";
    private static final String PREFIX_TOKENS = "prefix.tokens";

    private final MeterRegistry registry;
    private final String prefix;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final Timer queueTime;
    private final Timer prepareTime;
    private final Timer firstTokenTime;
    private final Timer tokenTime;
    private final Counter tokens;
    private final Counter finished;
    private final Counter cancelled;
    private final Counter failed;
    private final Counter refused;

    /**
     * Registers the meters.
     *
     * @param prefix what their names begin with, such as "sensorium.generation."
     * @param model the model's name and version
     */
    GenerationMeters(MeterRegistry registry, String prefix, String model) {
        this.registry = registry;
        this.prefix = prefix;
        this.tags = Tags.of("model", model);
        this.queueTime = timer("queue.time");
        this.prepareTime = timer("prepare.time");
        this.firstTokenTime = timer("first.token.time");
        this.tokenTime = timer("token.time");
        this.tokens = counter("tokens");
        this.finished = counter("finished");
        this.cancelled = counter("cancelled");
        this.failed = counter("failed");
        this.refused = counter("refused");
    }

    /** Measures a number of generations. */
    <Q> void gauge(String name, Q queue, ToDoubleFunction<Q> length) {
        kept(Gauge.builder(prefix + name, queue, length).tags(tags).register(registry));
    }

    /** Counts prompts that begin as earlier ones did from now on, and measures the bytes that are kept for them. */
    <Q> void prefixes(Q owner, ToDoubleFunction<Q> bytes) {
        counter(PREFIX_HITS);
        counter(PREFIX_TOKENS);
        kept(Gauge.builder(prefix + "prefix.size", owner, bytes)
                .baseUnit("bytes")
                .tags(tags)
                .register(registry));
    }

    void waited(long nanos) {
        queueTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void prepared(long nanos) {
        prepareTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void firstToken(long nanos) {
        firstTokenTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void token(long nanos) {
        tokenTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void tokens(int count) {
        tokens.increment(count);
    }

    /** So many tokens of a prompt were not read, as an earlier prompt began with the same. */
    void reused(int count) {
        if (count > 0) {
            registry.counter(prefix + PREFIX_HITS, tags).increment();
            registry.counter(prefix + PREFIX_TOKENS, tags).increment(count);
        }
    }

    void finished() {
        finished.increment();
    }

    void cancelled() {
        cancelled.increment();
    }

    void failed() {
        failed.increment();
    }

    void refused() {
        refused.increment();
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }

    private Timer timer(String name) {
        return kept(Timer.builder(prefix + name).tags(tags).register(registry));
    }

    private Counter counter(String name) {
        return kept(registry.counter(prefix + name, tags));
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }
}
