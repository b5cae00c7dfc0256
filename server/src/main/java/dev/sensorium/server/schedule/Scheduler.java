package dev.sensorium.server.schedule;

import dev.sensorium.spi.Device;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Brings loaded models into service, on devices and preparing threads that all share. */
@ApplicationScoped
public class Scheduler implements AutoCloseable {

    private final BatchLimits limits;
    private final DeviceBroker broker;
    private final ExecutorService preparers;
    private final MeterRegistry registry;

    /** Ready to serve, with threads of its own. */
    public Scheduler(MeterRegistry registry) {
        this.limits = new BatchLimits(32, Duration.ZERO, 1024, 128);
        this.broker = new DeviceBroker(1, 1);
        this.preparers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        this.registry = registry;
    }

    /** Returns the model ready to be called; closing it closes the model. */
    public ServedModel serve(ModelId id, String checkpointSha256, Device device, Model model) {
        return new ServedModel(id, checkpointSha256, model, new Batching(limits, broker, device, preparers, registry));
    }

    /** Ends the threads; models are closed before. */
    @Override
    @PreDestroy
    public void close() {
        preparers.shutdown();
    }
}
