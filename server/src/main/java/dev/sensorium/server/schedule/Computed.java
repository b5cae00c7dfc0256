package dev.sensorium.server.schedule;

/**
 * What became of an item.
 *
 * @param value the model's answer
 * @param queueNanos how long it waited, for a preparing thread and for the device
 * @param computeNanos how long its batch ran
 */
public record Computed<O>(O value, long queueNanos, long computeNanos) {}
