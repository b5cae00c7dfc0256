package dev.sensorium.client;

/** The states of a model's life, in order. */
public enum ModelState {
    /** Found, not loaded. */
    REGISTERED,
    /** Being loaded and warmed up. */
    LOADING,
    /** Answers requests. */
    READY,
    /** Finishes its calls in flight and takes no new ones. */
    DRAINING,
    /** Gone. */
    CLOSED,
    /** Could not be loaded; {@link ModelDescription#failure} says why. */
    FAILED,
    /** A state that this version of the SDK does not know. */
    UNKNOWN
}
