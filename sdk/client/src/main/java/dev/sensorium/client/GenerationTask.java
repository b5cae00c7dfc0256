package dev.sensorium.client;

/** What a model that generates can be asked for. */
public enum GenerationTask {
    /** To go on from a prompt: {@link Sensorium#generate(Prompt)}. */
    GENERATE,
    /** To say what is in a picture or a video: {@link Sensorium#caption(Content)}. */
    CAPTION,
    /** To answer a question about a picture or a video: {@link Sensorium#answer(Content, String)}. */
    ANSWER
}
