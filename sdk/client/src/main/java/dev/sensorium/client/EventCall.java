package dev.sensorium.client;

import org.jspecify.annotations.Nullable;

/** A call whose responses are events that come in order, as many as were asked for. Safe for many threads. */
interface EventCall {

    /** Who gets the events. */
    interface Receiver<E> {

        void event(E event);

        /** The last word: no failure if all events came. */
        void end(@Nullable SensoriumException failure);

        /** Is told that the call is no longer wanted, by any thread and perhaps after the last word. */
        default void cancelled() {}
    }

    /** Begins, once. */
    void start();

    /** Asks for this many more events. */
    void request(long count);

    /** Does something between two events. */
    void deliver(Runnable delivery);

    /** Ends the call, here and at the server, without a last word to the receiver. */
    void cancel();
}
