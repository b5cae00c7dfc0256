package dev.sensorium.client;

/** Something a model can do. */
public enum Capability {
    /** Turn content into vectors: {@link Sensorium#embed(Content)}. */
    EMBED,
    /** Score contents against texts: {@link Sensorium#match(Content, String...)}. */
    MATCH,
    /** Continue a prompt with text: {@link Sensorium#generate(Prompt)}. */
    GENERATE,
    /** Draw pictures from words: {@link Sensorium#draw(String)}. */
    GENERATE_IMAGE,
    /** Answer observations with actions. */
    ACT
}
