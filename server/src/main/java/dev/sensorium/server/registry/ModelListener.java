package dev.sensorium.server.registry;

/** Who is told what becomes of the models; called by one thread at a time per model. */
public interface ModelListener {

    /** A model was found, or is in a new state. */
    void changed(ModelStatus model);

    /** Every model that was found at start-up is READY or FAILED. */
    void settled();
}
