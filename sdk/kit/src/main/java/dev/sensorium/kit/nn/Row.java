package dev.sensorium.kit.nn;

/**
 * A row of one run of a {@link Decoder}.
 *
 * @param ids the new tokens, at least one
 * @param first the position of the first of them
 * @param blocks where the keys and values of positions 0 to the last new one lie
 * @param memory where the encoder's states lie; none if there is no encoder
 * @param memoryLength how many states there are
 * @param views for each new token, the part of the memory that it attends to, or -1 for none; nothing where the memory
 *     has no parts
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
public record Row(int[] ids, int first, int[] blocks, int[] memory, int memoryLength, int[] views) {

    private static final int[] NONE = {};

    /** A row whose memory has no parts. */
    public Row(int[] ids, int first, int[] blocks, int[] memory, int memoryLength) {
        this(ids, first, blocks, memory, memoryLength, NONE);
    }
}
