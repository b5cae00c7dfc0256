package dev.sensorium.server.schedule;

/**
 * How a {@link GenerationQueue} is bounded.
 *
 * @param live generations that a model is given at the same time
 * @param queue generations that may wait before callers are turned away
 */
record GenerationLimits(int live, int queue) {

    GenerationLimits {
        if (live < 1 || queue < 0) {
            throw new IllegalArgumentException(
                    "generations: %d live, %d queue (expected: >= 1, >= 0)".formatted(live, queue));
        }
    }
}
