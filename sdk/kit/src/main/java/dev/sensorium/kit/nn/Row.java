package dev.sensorium.kit.nn;

/**
 * A row of one run of a {@link Decoder}.
 *
 * @param ids the new tokens, at least one
 * @param first the position of the first of them
 * @param blocks where the keys and values of positions 0 to the last new one lie
 * @param memory where the encoder's states lie; none if there is no encoder
 * @param memoryLength how many states there are
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
public record Row(int[] ids, int first, int[] blocks, int[] memory, int memoryLength) {}
