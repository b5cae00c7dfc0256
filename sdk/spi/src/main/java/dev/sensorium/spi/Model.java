package dev.sensorium.spi;

/**
 * A loaded model. It implements the interfaces of the capabilities it has, and is called from many threads at once.
 *
 * <p>{@link #close} frees everything the model holds, is idempotent, and is called when no call is in flight.
 */
public interface Model extends AutoCloseable {

    /** Returns what can be told of this model to those who call it. */
    ModelCard card();

    @Override
    void close();
}
