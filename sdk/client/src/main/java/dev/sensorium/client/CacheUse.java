package dev.sensorium.client;

/** Uses of the server's embedding cache. */
public enum CacheUse {
    /** Answer from the cache where it can, and keep what is computed. */
    USE,
    /** Compute, and keep the result in place of what the cache holds. */
    REFRESH,
    /** Compute, and leave the cache alone. */
    BYPASS
}
