package dev.sensorium.client;

import java.util.List;

/**
 * The frames of a video that a model looked at.
 *
 * @param seconds when each of them is shown, from the first frame on; none if the video's frames came without a rate
 */
public record VideoSample(List<Double> seconds) {

    public VideoSample {
        seconds = List.copyOf(seconds);
    }
}
