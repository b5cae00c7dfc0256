package dev.sensorium.kit.image;

/**
 * A frame of a video.
 *
 * @param pixels what it shows
 * @param seconds when it is shown, from the first frame on
 */
public record VideoFrame(Pixels pixels, double seconds) {}
