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

/** The numbers that one {@link BoundedPolicy} tells of itself; {@code METRICS.md} says what they mean. */
final class PolicyMeters implements AutoCloseable {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final Timer queueTime;
    private final Timer computeTime;
    private final Counter opened;
    private final Counter refused;
    private final Counter late;

    /**
     * Registers the meters.
     *
     * @param model the model's name and version
     */
    PolicyMeters(MeterRegistry registry, String model) {
        this.registry = registry;
        this.tags = Tags.of("model", model);
        this.queueTime = timer("queue.time");
        this.computeTime = timer("compute.time");
        this.opened = counter("opened");
        this.refused = counter("refused");
        this.late = counter("late");
    }

    /** Measures the number of open episodes. */
    <P> void episodes(P policy, ToDoubleFunction<P> open) {
        kept(Gauge.builder("sensorium.policy.episodes", policy, open).tags(tags).register(registry));
    }

    void acted(long queueNanos, long computeNanos) {
        queueTime.record(queueNanos, TimeUnit.NANOSECONDS);
        computeTime.record(computeNanos, TimeUnit.NANOSECONDS);
    }

    void opened() {
        opened.increment();
    }

    void refused() {
        refused.increment();
    }

    void late() {
        late.increment();
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }

    private Timer timer(String name) {
        return kept(Timer.builder("sensorium.policy." + name).tags(tags).register(registry));
    }

    private Counter counter(String name) {
        return kept(registry.counter("sensorium.policy." + name, tags));
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }
}
