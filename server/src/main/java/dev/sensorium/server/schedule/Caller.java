package dev.sensorium.server.schedule;

/**
 * One call, as the queues know it: callers are served in turn. A queue that is full turns a caller away at its first
 * item; a caller that was let in once is not turned away halfway.
 */
public final class Caller {

    private volatile boolean admitted;

    boolean admitted() {
        return admitted;
    }

    void admit() {
        admitted = true;
    }
}
