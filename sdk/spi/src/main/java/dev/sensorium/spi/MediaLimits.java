package dev.sensorium.spi;

/**
 * Budgets on the media of one request item, checked from headers before anything is allocated.
 *
 * @param maxPixels width times height of a picture or of one frame
 * @param maxSide width or height of a picture, in pixels
 * @param maxFrames frames of a video
 * @param maxSeconds how long a video may be, as its file or its frames' rate says
 */
public record MediaLimits(long maxPixels, int maxSide, int maxFrames, int maxSeconds) {

    /** 64 megapixels, sides of at most 32,768 pixels, 3,600 frames, ten minutes. */
    public static final MediaLimits DEFAULT = new MediaLimits(64L << 20, 32_768, 3_600, 600);

    public MediaLimits {
        if (maxPixels <= 0 || maxSide <= 0 || maxFrames <= 0 || maxSeconds <= 0) {
            throw new IllegalArgumentException("media limits: %d pixels, %d side, %d frames, %d seconds (expected: > 0)"
                    .formatted(maxPixels, maxSide, maxFrames, maxSeconds));
        }
    }
}
