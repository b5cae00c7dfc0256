/**
 * What was computed or uploaded before.
 *
 * <p>{@link dev.sensorium.server.cache.CachingEmbedder} stands before a model's queue and answers what it can; equal
 * items that are wanted at the same time are computed once. {@link dev.sensorium.server.cache.ContentStore} keeps
 * uploads for requests that name them by digest. Both are bounded by bytes.
 *
 * <p>To have something else decide what an embedding is, add it to {@code CacheKey}: what is not in the key must not
 * change the answer.
 */
@NullMarked
package dev.sensorium.server.cache;

import org.jspecify.annotations.NullMarked;
