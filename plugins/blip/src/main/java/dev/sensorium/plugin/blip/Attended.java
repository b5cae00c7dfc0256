package dev.sensorium.plugin.blip;

/**
 * What a text of a decoder attends to at most.
 *
 * @param states how many states
 * @param width the length of each
 */
record Attended(int states, int width) {}
