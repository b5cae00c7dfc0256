package dev.sensorium.server.registry;

import dev.sensorium.server.schedule.ServedModel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The place of one model version: its state, and the leases on it. The listener is told of a state while the slot is
 * locked, so it hears them in order: of READY when leases are given, of DRAINING before they are not.
 */
final class ModelSlot {

    private static final Logger LOG = Logger.getLogger(ModelSlot.class);

    private final Checkpoint checkpoint;
    private final ModelListener listener;
    private final Executor closer;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private ModelStatus status;
    private @Nullable ServedModel served;
    private int leases;
    private boolean retired;

    /** A slot of a model that is to be loaded, or of one whose failure is known. */
    ModelSlot(Checkpoint checkpoint, ModelListener listener, Executor closer) {
        this.checkpoint = checkpoint;
        this.listener = listener;
        this.closer = closer;
        this.status = ModelStatus.of(checkpoint);
        listener.changed(status);
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    synchronized ModelStatus status() {
        return status;
    }

    /** Returns when the model is closed, or is known never to be opened. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    /** Goes from REGISTERED to LOADING; returns false if it is not to be loaded. */
    synchronized boolean load() {
        boolean load = !retired && status.state() == ModelState.REGISTERED;
        if (load) {
            publish(status.to(ModelState.LOADING));
        }
        return load;
    }

    synchronized void ready(ServedModel model, LoadedModel loaded) {
        served = model;
        if (retired) {
            closer.execute(this::close);
        } else {
            publish(status.ready(loaded));
        }
    }

    synchronized void failed(String cause) {
        publish(status.failed(cause));
        if (retired) {
            closed.complete(null);
        }
    }

    /** Returns a lease, or nothing if the model is not there. */
    synchronized Optional<Lease> lease() {
        if (served == null || retired) {
            return Optional.empty();
        }
        leases++;
        return Optional.of(new Lease(served, this::release));
    }

    private synchronized void release() {
        leases--;
        if (retired && leases == 0) {
            closer.execute(this::close);
        }
    }

    /** Takes the model out of service: it is closed once its last lease is. */
    synchronized void retire() {
        if (retired) {
            return;
        }
        if (status.isReady()) {
            publish(status.to(ModelState.DRAINING));
        }
        retired = true;
        if (leases == 0 && status.state() != ModelState.LOADING) {
            closer.execute(this::close);
        }
    }

    private void close() {
        try {
            ServedModel model = takeServed();
            if (model != null) {
                model.close();
                publish(status().to(ModelState.CLOSED));
            }
        } catch (Throwable e) { // a plugin's close may throw anything
            LOG.warnf(e, "Model %s did not close", checkpoint.key());
        } finally {
            closed.complete(null);
        }
    }

    private synchronized @Nullable ServedModel takeServed() {
        ServedModel model = served;
        served = null;
        return model;
    }

    private synchronized void publish(ModelStatus next) {
        status = next;
        listener.changed(next);
    }
}
