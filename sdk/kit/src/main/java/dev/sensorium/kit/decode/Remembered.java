package dev.sensorium.kit.decode;

/**
 * An encoder's states in the session.
 *
 * @param blocks where they lie
 * @param length how many there are
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record Remembered(int[] blocks, int length) {}
