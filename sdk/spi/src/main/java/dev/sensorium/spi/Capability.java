package dev.sensorium.spi;

/** Something a {@link Model} can do; each capability has one service on the wire. */
public sealed interface Capability permits Embedder, Matcher, Generator, ImageGenerator, Policy {}
