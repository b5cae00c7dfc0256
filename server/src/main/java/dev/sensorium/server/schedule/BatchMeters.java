package dev.sensorium.server.schedule;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The numbers that one {@link Batcher} tells of itself; {@code METRICS.md} says what they mean. */
final class BatchMeters implements AutoCloseable {

    private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final DistributionSummary batchSize;
    private final Timer queueTime;
    private final Timer prepareTime;
    private final Timer computeTime;
    private final Counter cancelled;
    private final Counter rejected;

    /**
     * Registers the meters.
     *
     * @param model the model's name and version
     * @param operation what the batcher computes, such as "embed"
     */
    BatchMeters(MeterRegistry registry, String model, String operation) {
        this.registry = registry;
        this.tags = Tags.of("model", model, "operation", operation);
        this.batchSize = kept(DistributionSummary.builder("sensorium.batch.size")
                .baseUnit("items")
                .serviceLevelObjectives(BATCH_SIZES)
                .tags(tags)
                .register(registry));
        this.queueTime = timer("sensorium.queue.time");
        this.prepareTime = timer("sensorium.prepare.time");
        this.computeTime = timer("sensorium.compute.time");
        this.cancelled = kept(registry.counter("sensorium.queue.cancelled", tags));
        this.rejected = kept(registry.counter("sensorium.queue.rejected", tags));
    }

    /** Measures the length of a queue. */
    <Q> void queue(Q queue, ToDoubleFunction<Q> length) {
        kept(Gauge.builder("sensorium.queue.length", queue, length)
                .baseUnit("items")
                .tags(tags)
                .register(registry));
    }

    void batch(int items) {
        batchSize.record(items);
    }

    void waited(long nanos) {
        queueTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void prepared(long nanos) {
        prepareTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void computed(long nanos) {
        computeTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void cancelled() {
        cancelled.increment();
    }

    void rejected() {
        rejected.increment();
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }

    private Timer timer(String name) {
        return kept(Timer.builder(name).tags(tags).register(registry));
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }
}
