package dev.sensorium.server.registry;

/** The states of a model's life, in order; FAILED is reached from LOADING, and from REGISTERED by a bad folder. */
public enum ModelState {
    /** Found, not loaded. */
    REGISTERED,
    /** Being loaded and warmed up. */
    LOADING,
    /** Can be leased. */
    READY,
    /** Finishes the calls that have a lease; about to take no new ones. */
    DRAINING,
    /** Gone. */
    CLOSED,
    /** Could not be loaded. */
    FAILED
}
