package dev.sensorium.kit.image;

import dev.sensorium.spi.Video;
import java.util.List;

/**
 * The frames that stand for a video, ready for an image tower.
 *
 * @param pixels of each frame, (S, S, 3)
 * @param sample when they are shown
 */
public record SampledFrames(List<float[]> pixels, Video.Sample sample) {

    public SampledFrames {
        pixels = List.copyOf(pixels);
    }
}
