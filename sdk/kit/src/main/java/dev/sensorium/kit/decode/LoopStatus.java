package dev.sensorium.kit.decode;

/**
 * What a {@link TokenLoop} is at, after its last turn.
 *
 * @param waiting requests that wait
 * @param running requests that are encoded, read or decoded
 * @param freeSlots rows that could join
 * @param freeBlocks blocks of keys and values that nobody uses, those included that are kept for prompts that begin alike
 * @param freeMemoryBlocks blocks of the encoder's states that nobody uses
 * @param keptBlocks blocks of keys and values that are kept for prompts that begin alike
 * @param keptBytes what these take
 * @param reusedTokens tokens of prompts so far that were not read because they were kept
 * @param steps steps of decoding so far
 */
public record LoopStatus(
        int waiting,
        int running,
        int freeSlots,
        int freeBlocks,
        int freeMemoryBlocks,
        int keptBlocks,
        long keptBytes,
        long reusedTokens,
        long steps) {}
