package dev.sensorium.spi;

import java.util.Optional;

/**
 * A closeable pull stream whose work is done ahead of the puller, a bounded number of steps ahead: a reader that stops
 * pulling makes its own stream pause and no other.
 *
 * <p>One thread at a time pulls; {@link #close} may come from any thread, at any time and more than once. Closing is
 * cancelling: a waiting {@link #next} returns empty, and whatever the stream held is freed within one step.
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

    /** Returns whether {@link #next} would return or throw at once: a step is there, or the end, or a failure. */
    boolean isReady();

    /**
     * Has the listener run once as soon as the stream {@link #isReady}, which may be now. It runs on any thread, the
     * caller's included, and must neither wait nor pull. A second listener takes the place of one that still waits.
     */
    void onReady(Runnable listener);

    @Override
    void close();
}
