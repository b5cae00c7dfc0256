package dev.sensorium.kit.image;

import dev.sensorium.kit.image.ImageProcessor.Size;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Video;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes pictures ready for an image tower, as a checkpoint's {@code preprocessor_config.json} says. */
public final class ImageReader {

    private final MediaLimits limits;
    private final ImageDecoder decoder;
    private final ImageProcessor processor;

    private ImageReader(MediaLimits limits, ImageProcessor processor) {
        this.limits = limits;
        this.decoder = new ImageDecoder(limits);
        this.processor = processor;
    }

    /**
     * Returns a reader of a checkpoint's pictures.
     *
     * @param side the width and height of the pictures that the tower takes, {@code vision_config.image_size}
     * @throws ModelException INVALID_CHECKPOINT if what it makes is not what the tower takes
     */
    public static ImageReader open(ModelSpec spec, ImageDefaults defaults, int side) {
        ImageProcessor processor = ImageProcessor.open(spec.folder(), defaults);
        Optional<Size> size = processor.fixedSize();
        Size expected = new Size(side, side);
        if (!size.equals(Optional.of(expected))) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "%s: pictures of %s pixels (expected: %s, vision_config.image_size)"
                            .formatted(
                                    ImageProcessor.FILE,
                                    size.map(ImageReader::shown).orElse("any number of"),
                                    shown(expected)));
        }
        return new ImageReader(spec.limits(), processor);
    }

    /**
     * Returns the pixels (S, S, 3) of a picture.
     *
     * @throws ModelException INVALID_INPUT if it cannot be read, TOO_LONG if it is over the limits
     */
    public float[] pixels(Image image, PrepareOptions options) {
        return processor.process(decoder.decode(image.encoded(), options.applyOrientation()));
    }

    /** Returns what a picture may be at most, by name and unit. */
    public Map<String, Long> limits() {
        return Map.of("image_pixels", limits.maxPixels(), "image_side", (long) limits.maxSide());
    }

    /** Returns the budgets that media must keep. */
    MediaLimits budgets() {
        return limits;
    }

    /** Returns the frames of a video's file that are chosen. */
    SampledFrames frames(ByteBuffer file, FrameSampling sampling) {
        List<VideoFrame> frames = decoder.decodeFrames(file, sampling);
        return new SampledFrames(
                frames.stream().map(VideoFrame::pixels).map(processor::process).toList(),
                new Video.Sample(frames.stream().map(VideoFrame::seconds).toList()));
    }

    private static String shown(Size size) {
        return size.width() + "x" + size.height();
    }
}
