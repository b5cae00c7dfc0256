package dev.sensorium.server.cache;

import dev.sensorium.server.schedule.Computed;
import dev.sensorium.server.schedule.Embedding;

/**
 * An embedding and how it came about.
 *
 * @param embedding what was found or computed
 * @param cacheHit whether it was in the cache
 * @param queueNanos how long it waited
 * @param computeNanos how long its batch ran
 */
public record Embedded(Embedding embedding, boolean cacheHit, long queueNanos, long computeNanos) {

    static Embedded hit(Embedding embedding) {
        return new Embedded(embedding, true, 0, 0);
    }

    static Embedded of(Computed<Embedding> computed) {
        return new Embedded(computed.value(), false, computed.queueNanos(), computed.computeNanos());
    }
}
