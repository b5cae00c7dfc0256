package dev.sensorium.kit.image;

import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Video;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the frames that stand for a video ready for an image tower. */
public final class VideoReader {

    /** The setting that says how many frames stand for a video at most. */
    public static final String SETTING = "video_frames";

    private static final int DEFAULT_FRAMES = 8;
    private static final int MAX_FRAMES = 64;

    private final ImageReader images;
    private final int frames;

    private VideoReader(ImageReader images, int frames) {
        this.images = images;
        this.frames = frames;
    }

    /**
     * Returns a reader of videos whose frames this one reads.
     *
     * @throws ModelException INVALID_CHECKPOINT if {@link #SETTING} is no number that it may be
     */
    public static VideoReader open(ModelSpec spec, ImageReader images) {
        return new VideoReader(images, frames(spec));
    }

    /**
     * Returns the pixels of the frames that stand for a video, (S, S, 3) each.
     *
     * @throws ModelException INVALID_INPUT if it cannot be read, TOO_LONG if it is over the limits
     */
    public List<float[]> pixels(Video video, PrepareOptions options) {
        return video instanceof Video.Frames given
                ? pixels(given.images(), options)
                : images.frames(((Video.File) video).encoded(), frames);
    }

    /** Returns what a video may be at most, by name and unit. */
    public Map<String, Long> limits() {
        MediaLimits budgets = images.budgets();
        return Map.of(
                "video_frames",
                (long) budgets.maxFrames(),
                "video_seconds",
                (long) budgets.maxSeconds(),
                "video_frames_used",
                (long) frames);
    }

    private List<float[]> pixels(List<Image> given, PrepareOptions options) {
        if (given.isEmpty()) {
            throw new ModelException(Reason.INVALID_INPUT, "video: 0 frames (expected: >= 1)");
        }
        int most = images.budgets().maxFrames();
        if (given.size() > most) {
            throw new ModelException(
                    Reason.TOO_LONG, "video: %d frames (expected: <= %d)".formatted(given.size(), most));
        }
        List<float[]> pixels = new ArrayList<>();
        for (int index : FrameSampling.indices(given.size(), frames)) {
            try {
                pixels.add(images.pixels(given.get(index), options));
            } catch (ModelException e) {
                throw new ModelException(e.reason(), "frames[%d]: %s".formatted(index, e.getMessage()), e);
            }
        }
        return pixels;
    }

    private static int frames(ModelSpec spec) {
        String value = spec.settings().getOrDefault(SETTING, String.valueOf(DEFAULT_FRAMES));
        if (!value.matches("[1-9][0-9]?") || Integer.parseInt(value) > MAX_FRAMES) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "setting \"%s\": \"%s\" (expected: 1 to %d)".formatted(SETTING, value, MAX_FRAMES));
        }
        return Integer.parseInt(value);
    }
}
