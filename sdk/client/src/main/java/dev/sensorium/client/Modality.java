package dev.sensorium.client;

/** The kinds of {@link Content}. */
public enum Modality {
    TEXT,
    IMAGE,
    VIDEO,
    AUDIO
}
