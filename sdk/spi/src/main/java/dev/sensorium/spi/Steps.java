package dev.sensorium.spi;

import java.util.Optional;

/**
 * A closeable pull stream: the work for a step may be done as it is pulled or ahead of it.
 *
 * <p>One thread pulls; {@link #close} may come from any thread, at any time and more than once. Closing is cancelling:
 * a waiting {@link #next} returns empty, and whatever the stream held is freed within one step.
 */
public interface Steps<T> extends AutoCloseable {

    /**
     * Waits for the next step.
     *
     * @return empty at the end, and ever after
     * @throws ModelException if the work failed
     * @throws InterruptedException if the thread was interrupted; the stream stays open
     */
    Optional<T> next() throws InterruptedException;

    @Override
    void close();
}
