package dev.sensorium.spi;

/**
 * A library that the models of several plugins compute with, such as TensorFlow.
 *
 * <p>A server starts every one that {@link java.util.ServiceLoader} finds beside this interface, once, before it loads
 * the first plugin: what the library keeps as long as the process lives, such as its threads, then belongs to the
 * server and keeps no plugin's class loader alive.
 */
public interface SharedRuntime {

    /**
     * Starts the library.
     *
     * @return what was started, for the log, such as "TensorFlow 2.18.0 on 4 threads"
     */
    String start();
}
