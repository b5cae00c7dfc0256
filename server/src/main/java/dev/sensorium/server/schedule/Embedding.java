package dev.sensorium.server.schedule;

import dev.sensorium.spi.Video;
import java.util.Optional;

/**
 * A vector that stands for a content.
 *
 * @param vector D numbers, shared: not to be written
 * @param video what was looked at, if the content is a video
 */
@SuppressWarnings("ArrayRecordComponent") // is never compared
public record Embedding(float[] vector, Optional<Video.Sample> video) {

    private static final int SECOND_BYTES = 24; // a boxed double, and the reference to it

    /** Returns the bytes that its numbers take in memory. */
    public int bytes() {
        int seconds = video.map(sample -> sample.seconds().size()).orElse(0);
        return Float.BYTES * vector.length + SECOND_BYTES * seconds;
    }
}
