package dev.sensorium.server.registry;

import dev.sensorium.server.schedule.ServedModel;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a model, which is not closed before all its leases are; closing it twice does no harm. */
public final class Lease implements AutoCloseable {

    private final ServedModel served;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(ServedModel served, Runnable release) {
        this.served = served;
        this.release = release;
    }

    /** Returns the model. */
    public ServedModel served() {
        return served;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
