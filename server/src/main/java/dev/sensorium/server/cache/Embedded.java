package dev.sensorium.server.cache;

import dev.sensorium.server.schedule.Computed;

/**
 * An embedding and how it came about.
 *
 * @param vector the embedding, shared: not to be written
 * @param cacheHit whether it was in the cache
 * @param queueNanos how long it waited
 * @param computeNanos how long its batch ran
 */
public record Embedded(float[] vector, boolean cacheHit, long queueNanos, long computeNanos) {

    static Embedded hit(float[] vector) {
        return new Embedded(vector, true, 0, 0);
    }

    static Embedded of(Computed<float[]> computed) {
        return new Embedded(computed.value(), false, computed.queueNanos(), computed.computeNanos());
    }
}
