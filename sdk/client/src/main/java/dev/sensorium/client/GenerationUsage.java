package dev.sensorium.client;

import java.time.Duration;

/**
 * What a generation took.
 *
 * @param promptTokens tokens that the prompt took
 * @param generatedTokens tokens that were generated, the model's end included
 * @param encodedContents pictures and other contents that went through an encoder
 * @param encoderCacheHits contents whose encoding was there already
 * @param reusedTokens tokens of the prompt that were not read, as an earlier prompt began with the same
 * @param queueTime how long the request waited for its turn
 * @param generationTime from its turn to its end
 */
public record GenerationUsage(
        int promptTokens,
        int generatedTokens,
        int encodedContents,
        int encoderCacheHits,
        int reusedTokens,
        Duration queueTime,
        Duration generationTime) {}
