package dev.sensorium.client;

import java.time.Duration;

/**
 * How a call went at the server.
 *
 * @param model the model that answered, "name/version"
 * @param embeddingCount how many embeddings the call needed, prompts included
 * @param cacheHitCount how many of them came from the cache
 * @param queueTime the longest time that a part of the call waited for its turn
 * @param computeTime the longest time that a part of the call was computed, preprocessing not included
 */
public record CallStats(
        String model, int embeddingCount, int cacheHitCount, Duration queueTime, Duration computeTime) {}
