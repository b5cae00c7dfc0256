package dev.sensorium.server.schedule;

import java.time.Duration;

/**
 * How a {@link Batcher} is bounded.
 *
 * @param maxRows rows of a batch
 * @param maxDelay how long a batch waits to be filled; zero to run what is there
 * @param queue items that may wait for the model before callers are turned away
 * @param prepareAhead rows that are prepared, or being prepared, while the device is busy
 */
record BatchLimits(int maxRows, Duration maxDelay, int queue, int prepareAhead) {

    BatchLimits {
        if (maxRows < 1 || maxDelay.isNegative() || queue < 1 || prepareAhead < maxRows) {
            throw new IllegalArgumentException(
                    "batches: %d rows, %s delay, %d queue, %d ahead (expected: >= 1, >= 0, >= 1, >= rows)"
                            .formatted(maxRows, maxDelay, queue, prepareAhead));
        }
    }
}
