package dev.sensorium.server.cache;

/** How a request wants the embedding cache to be used. */
public enum CacheUse {
    /** Answer from the cache where it can, and keep what is computed. */
    USE,
    /** Compute, and keep the result in place of what the cache holds. */
    REFRESH,
    /** Compute, and leave the cache alone. */
    BYPASS
}
