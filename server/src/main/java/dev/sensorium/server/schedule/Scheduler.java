package dev.sensorium.server.schedule;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Brings loaded models into service, on devices and preparing threads that all share. */
@Singleton
public final class Scheduler implements AutoCloseable {

    private final BatchLimits limits;
    private final ServedModel.Bounds bounds;
    private final DeviceBroker broker;
    private final ExecutorService preparers;
    private final MeterRegistry registry;

    /** Ready to serve, with threads of its own. */
    @Inject
    public Scheduler(SensoriumConfig config, MeterRegistry registry) {
        SensoriumConfig.Batching batching = config.batching();
        this.limits = new BatchLimits(
                batching.maxRows(), batching.maxDelay(), batching.queueLength(), batching.prepareAhead());
        this.bounds = new ServedModel.Bounds(
                new GenerationLimits(
                        config.generation().live(), config.generation().queueLength()),
                config.policy().episodes());
        this.broker = new DeviceBroker(batching.runsPerCpu(), batching.runsPerGpu());
        this.preparers = preparers(batching.workerThreads());
        this.registry = registry;
    }

    private static ExecutorService preparers(int configured) {
        int threads = configured == 0 ? Runtime.getRuntime().availableProcessors() : configured;
        AtomicInteger count = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "prepare-" + count.incrementAndGet());
            thread.setContextClassLoader(Scheduler.class.getClassLoader());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns the model ready to be called; closing it closes the model. */
    public ServedModel serve(ModelId id, String checkpointSha256, Device device, Model model) {
        Batching batching = new Batching(limits, broker, device, preparers, registry);
        return new ServedModel(id, checkpointSha256, model, batching, bounds);
    }

    /** Ends the threads; models are closed before. */
    @Override
    @PreDestroy
    public void close() {
        preparers.shutdown();
    }
}
