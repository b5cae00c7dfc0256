package dev.sensorium.plugin.clip;

import dev.sensorium.kit.image.FrameSampling;
import dev.sensorium.kit.image.ImageDecoder;
import dev.sensorium.kit.image.ImageDefaults;
import dev.sensorium.kit.image.ImageProcessor;
import dev.sensorium.kit.image.ImageProcessor.Size;
import dev.sensorium.kit.image.Pixels;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Video;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes pictures and videos ready for an image tower, as a checkpoint's {@code preprocessor_config.json} says. */
final class ImageReader {

    /** The setting that says how many frames stand for a video at most. */
    static final String SETTING = "video_frames";

    private static final int DEFAULT_FRAMES = 8;
    private static final int MAX_FRAMES = 64;

    private final MediaLimits limits;
    private final ImageDecoder decoder;
    private final ImageProcessor processor;
    private final int frames;

    private ImageReader(MediaLimits limits, ImageProcessor processor, int frames) {
        this.limits = limits;
        this.decoder = new ImageDecoder(limits);
        this.processor = processor;
        this.frames = frames;
    }

    /**
     * Returns a reader of a checkpoint's pictures.
     *
     * @throws ModelException INVALID_CHECKPOINT if what it makes is not what the tower takes
     */
    static ImageReader open(ModelSpec spec, ImageDefaults defaults, Picture picture) {
        ImageProcessor processor = ImageProcessor.open(spec.folder(), defaults);
        Optional<Size> size = processor.fixedSize();
        Size expected = new Size(picture.side(), picture.side());
        if (!size.equals(Optional.of(expected))) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "%s: pictures of %s pixels (expected: %s, vision_config.image_size)"
                            .formatted(
                                    ImageProcessor.FILE,
                                    size.map(ImageReader::shown).orElse("any number of"),
                                    shown(expected)));
        }
        return new ImageReader(spec.limits(), processor, frames(spec));
    }

    PreparedFrames read(Image image, PrepareOptions options) {
        return new PreparedFrames(List.of(pixels(image.encoded(), options)));
    }

    PreparedFrames read(Video video, PrepareOptions options) {
        if (video instanceof Video.Frames given) {
            return readFrames(given.images(), options);
        }
        ByteBuffer file = ((Video.File) video).encoded();
        return new PreparedFrames(decoder.decodeFrames(file, frames).stream()
                .map(processor::process)
                .toList());
    }

    /** Returns what a picture or video may be at most, by name and unit. */
    Map<String, Long> limits() {
        return Map.of(
                "image_pixels", limits.maxPixels(),
                "image_side", (long) limits.maxSide(),
                "video_frames", (long) limits.maxFrames(),
                "video_frames_used", (long) frames);
    }

    private PreparedFrames readFrames(List<Image> images, PrepareOptions options) {
        if (images.isEmpty()) {
            throw new ModelException(Reason.INVALID_INPUT, "video: 0 frames (expected: >= 1)");
        }
        if (images.size() > limits.maxFrames()) {
            throw new ModelException(
                    Reason.TOO_LONG, "video: %d frames (expected: <= %d)".formatted(images.size(), limits.maxFrames()));
        }
        List<float[]> pixels = new ArrayList<>();
        for (int index : FrameSampling.indices(images.size(), frames)) {
            try {
                pixels.add(pixels(images.get(index).encoded(), options));
            } catch (ModelException e) {
                throw new ModelException(e.reason(), "frames[%d]: %s".formatted(index, e.getMessage()), e);
            }
        }
        return new PreparedFrames(pixels);
    }

    private float[] pixels(ByteBuffer encoded, PrepareOptions options) {
        Pixels decoded = decoder.decode(encoded, options.applyOrientation());
        return processor.process(decoded);
    }

    private static String shown(Size size) {
        return size.width() + "x" + size.height();
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
