package dev.sensorium.server.schedule;

import java.util.List;

/**
 * What a {@link Batcher} runs on a device.
 *
 * @param <P> a prepared item
 * @param <O> the answer to one item
 */
interface Kernel<P, O> {

    /** Returns a value equal among items that may share a batch. */
    Object group(P item);

    /** Returns how much of a batch an item takes. */
    int rows(P item);

    /** Answers items of one group, one answer per item, in order. */
    List<O> run(List<P> batch);
}
