package dev.sensorium.spi;

/** The kinds of {@link Content}. */
public enum Modality {
    TEXT,
    IMAGE,
    VIDEO,
    AUDIO
}
