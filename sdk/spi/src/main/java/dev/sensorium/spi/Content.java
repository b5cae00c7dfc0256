package dev.sensorium.spi;

/** A piece of what people perceive: text, a picture, a video or sound. */
public sealed interface Content permits Text, Image, Video, Audio {

    /** Returns which kind of content this is. */
    Modality modality();
}
