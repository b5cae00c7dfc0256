package dev.sensorium.server.schedule;

import dev.sensorium.spi.Device;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.Policy;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;

/** Makes the batchers and queues of one model. */
record Batching(BatchLimits limits, DeviceBroker broker, Device device, Executor preparers, MeterRegistry registry) {

    /** A batcher with meters of its own. */
    <P, O> Batcher<P, O> batcher(ModelId id, String operation, Kernel<P, O> kernel) {
        BatchMeters meters = new BatchMeters(registry, id.toString(), operation);
        return new Batcher<>(
                operation + "-" + id, kernel, limits, new Batcher.Resources(broker, device, preparers, meters));
    }

    /** A generator behind a queue with meters of its own. */
    QueuedGenerator generator(ModelId id, Generator generator, PluginCode plugin, GenerationLimits bounds) {
        GenerationMeters meters = new GenerationMeters(registry, "sensorium.generation.", id.toString());
        meters.prefixes(generator, kept -> plugin.call(kept::keptBytes));
        return new QueuedGenerator(generator, plugin, queue(plugin, bounds, meters));
    }

    /** An image generator behind a queue with meters of its own. */
    QueuedImageGenerator imageGenerator(
            ModelId id, ImageGenerator generator, PluginCode plugin, GenerationLimits bounds) {
        GenerationMeters meters = new GenerationMeters(registry, "sensorium.images.", id.toString());
        return new QueuedImageGenerator(generator, plugin, queue(plugin, bounds, meters));
    }

    private GenerationQueue queue(PluginCode plugin, GenerationLimits bounds, GenerationMeters meters) {
        return new GenerationQueue(plugin, bounds, new GenerationQueue.Resources(preparers, meters));
    }

    /** A policy of so many episodes with meters of its own. */
    BoundedPolicy policy(ModelId id, Policy policy, PluginCode plugin, int maxEpisodes) {
        PolicyMeters meters = new PolicyMeters(registry, id.toString());
        return new BoundedPolicy(policy, plugin, maxEpisodes, new BoundedPolicy.Resources(preparers, meters));
    }
}
