package dev.sensorium.server.registry;

import dev.sensorium.spi.Device;
import java.time.Instant;

/**
 * What is known of a model once it is loaded.
 *
 * @param facts what it says of itself
 * @param device where it runs
 * @param checkpointSha256 the digest of its checkpoint in lower-case hexadecimal
 * @param estimatedBytes how much memory it was estimated to take
 * @param readyTime when it was
 */
public record LoadedModel(
        ModelFacts facts, Device device, String checkpointSha256, long estimatedBytes, Instant readyTime) {}
