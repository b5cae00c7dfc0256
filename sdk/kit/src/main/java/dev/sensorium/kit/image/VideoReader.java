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
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Makes the frames that stand for a video ready for an image tower. */
public final class VideoReader {

    private static final String FRAMES = "video_frames";
    private static final String RATE = "video_rate";

    private static final int DEFAULT_FRAMES = 8;
    private static final int MAX_FRAMES = 64;

    private final ImageReader images;
    private final FrameSampling usual;

    private VideoReader(ImageReader images, FrameSampling usual) {
        this.images = images;
        this.usual = usual;
    }

    /** Returns the keys of the settings that {@link #open} reads, to be named to {@code NetworkOptions.of}. */
    public static String[] settings() {
        return new String[] {FRAMES, RATE};
    }

    /**
     * Returns a reader of videos whose frames this one reads, as a spec asks for: the settings "video_frames" (8 by
     * default), the most frames that stand for a video, and "video_rate", how many of a second where a request does not say
     * (none by default: evenly spaced ones).
     *
     * @throws ModelException INVALID_CHECKPOINT if a setting is no number that it may be
     */
    public static VideoReader open(ModelSpec spec, ImageReader images) {
        return new VideoReader(images, new FrameSampling(frames(spec), rate(spec)));
    }

    /**
     * Returns the frames that stand for a video.
     *
     * @throws ModelException INVALID_INPUT if it cannot be read, TOO_LONG if it is over the limits
     */
    public SampledFrames frames(Video video, PrepareOptions options) {
        OptionalDouble asked = video.sampleRate();
        FrameSampling sampling = asked.isPresent() ? new FrameSampling(usual.most(), asked) : usual;
        return video instanceof Video.Frames given
                ? frames(given, sampling, options)
                : images.frames(((Video.File) video).encoded(), sampling);
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
                (long) usual.most());
    }

    private SampledFrames frames(Video.Frames given, FrameSampling sampling, PrepareOptions options) {
        int count = given.images().size();
        check(given, count);
        if (given.frameRate().isEmpty()) {
            return new SampledFrames(
                    pixels(given.images(), FrameSampling.indices(count, sampling.most()), options),
                    new Video.Sample(List.of()));
        }
        FrameTimes times = FrameTimes.steady(count, given.frameRate().getAsDouble());
        List<Integer> indices = sampling.choose(times);
        return new SampledFrames(
                pixels(given.images(), indices, options),
                new Video.Sample(indices.stream().map(times.starts()::get).toList()));
    }

    private void check(Video.Frames given, int count) {
        MediaLimits budgets = images.budgets();
        if (count == 0) {
            throw invalid("video: 0 frames (expected: >= 1)");
        }
        if (count > budgets.maxFrames()) {
            throw tooLong("video: %d frames (expected: <= %d)".formatted(count, budgets.maxFrames()));
        }
        OptionalDouble rate = given.frameRate();
        if (rate.isEmpty() && given.sampleRate().isPresent()) {
            throw invalid("video: no frame rate (expected: one, as there is a sample rate)");
        }
        if (rate.isPresent() && count / rate.getAsDouble() > budgets.maxSeconds()) {
            throw tooLong(String.format(
                    Locale.ROOT,
                    "video: %.1f s (expected: <= %d s)",
                    count / rate.getAsDouble(),
                    budgets.maxSeconds()));
        }
    }

    private List<float[]> pixels(List<Image> given, List<Integer> indices, PrepareOptions options) {
        List<float[]> pixels = new ArrayList<>();
        for (int index : indices) {
            try {
                pixels.add(images.pixels(given.get(index), options));
            } catch (ModelException e) {
                throw new ModelException(e.reason(), "frames[%d]: %s".formatted(index, e.getMessage()), e);
            }
        }
        return pixels;
    }

    private static int frames(ModelSpec spec) {
        String value = spec.settings().getOrDefault(FRAMES, String.valueOf(DEFAULT_FRAMES));
        if (!value.matches("[1-9][0-9]?") || Integer.parseInt(value) > MAX_FRAMES) {
            throw setting(FRAMES, value, "1 to " + MAX_FRAMES);
        }
        return Integer.parseInt(value);
    }

    private static OptionalDouble rate(ModelSpec spec) {
        String value = spec.settings().get(RATE);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!value.matches("[0-9]{1,4}(\\.[0-9]{1,6})?") || !Video.isRate(Double.parseDouble(value))) {
            throw setting(RATE, value, String.format(Locale.ROOT, "> 0 and <= %.0f", Video.MOST_PER_SECOND));
        }
        return OptionalDouble.of(Double.parseDouble(value));
    }

    private static ModelException setting(String key, String value, String expected) {
        return new ModelException(
                Reason.INVALID_CHECKPOINT, "setting \"%s\": \"%s\" (expected: %s)".formatted(key, value, expected));
    }

    private static ModelException invalid(String message) {
        return new ModelException(Reason.INVALID_INPUT, message);
    }

    private static ModelException tooLong(String message) {
        return new ModelException(Reason.TOO_LONG, message);
    }
}
