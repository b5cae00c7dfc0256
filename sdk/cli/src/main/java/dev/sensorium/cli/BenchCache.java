package dev.sensorium.cli;

import dev.sensorium.client.CacheUse;

/** What the server's cache is to do during a benchmark. */
enum BenchCache {
    /** Contents repeat, and after the first time come from the cache. */
    ON(CacheUse.USE, 0),
    /** Contents never repeat, and every one is looked for and put there. */
    NEW(CacheUse.USE, 1),
    /** The cache is left alone. */
    OFF(CacheUse.BYPASS, 0),
    /** Every second content is new. */
    MIXED(CacheUse.USE, 0.5);

    private final CacheUse use;
    private final double freshShare;

    BenchCache(CacheUse use, double freshShare) {
        this.use = use;
        this.freshShare = freshShare;
    }

    CacheUse use() {
        return use;
    }

    /** Returns the share of contents that the server has never seen, from 0 to 1. */
    double freshShare() {
        return freshShare;
    }
}
