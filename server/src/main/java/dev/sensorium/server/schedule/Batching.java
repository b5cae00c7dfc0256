package dev.sensorium.server.schedule;

import dev.sensorium.spi.Device;
import dev.sensorium.spi.ModelId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;

/** Makes the batchers of one model. */
record Batching(BatchLimits limits, DeviceBroker broker, Device device, Executor preparers, MeterRegistry registry) {

    /** A batcher with meters of its own. */
    <P, O> Batcher<P, O> batcher(ModelId id, String operation, Kernel<P, O> kernel) {
        BatchMeters meters = new BatchMeters(registry, id.toString(), operation);
        return new Batcher<>(
                operation + "-" + id, kernel, limits, new Batcher.Resources(broker, device, preparers, meters));
    }
}
