package dev.sensorium.kit.image;

import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Decodes picture files into pixels, within budgets that are checked before anything is allocated.
 *
 * <p>The result is that of Pillow's {@code Image.open(file).convert("RGB")}, without tolerance. Safe for use from many
 * threads.
 */
public final class ImageDecoder {

    /** An animation may have this many times the pixels of a picture in all its frames together. */
    private static final int ANIMATION_PICTURES = 8;

    private final MediaLimits limits;

    public ImageDecoder(MediaLimits limits) {
        this.limits = limits;
    }

    /**
     * Decodes a picture; of an animation its first frame.
     *
     * @param upright whether to turn the picture as its EXIF orientation says; the reference implementations do not
     * @throws ModelException INVALID_INPUT if the file is none or broken; TOO_LONG if it is beyond the limits
     */
    public Pixels decode(ByteBuffer encoded, boolean upright) {
        ImageFormat format = format("picture", encoded);
        try {
            PictureFile file = format.parse(bytes(encoded));
            checkSize("picture", file);
            Pixels pixels = file.decode();
            return upright ? Orientation.apply(file.orientation(), pixels) : pixels;
        } catch (BrokenPictureException e) {
            throw new ModelException(Reason.INVALID_INPUT, "picture: %s: %s".formatted(format, e.getMessage()), e);
        } catch (ModelException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ModelException(Reason.INVALID_INPUT, "picture: %s: cannot be decoded".formatted(format), e);
        } catch (LinkageError e) {
            throw new ModelException(
                    Reason.INTERNAL, "the library for %s pictures cannot be loaded".formatted(format), e);
        }
    }

    /**
     * Decodes frames of an animated GIF, chosen by {@link FrameSampling}.
     *
     * @param count at most so many
     * @throws ModelException INVALID_INPUT if the file is none or broken; TOO_LONG if it is beyond the limits
     */
    public List<Pixels> decodeFrames(ByteBuffer encoded, int count) {
        ImageFormat format = format("video", encoded);
        if (format != ImageFormat.GIF) {
            throw new ModelException(Reason.INVALID_INPUT, "video: %s (expected: an animated GIF)".formatted(format));
        }
        try {
            GifFile file = GifFile.parse(bytes(encoded));
            checkSize("video", file);
            checkFrames(file);
            return file.decode(FrameSampling.indices(file.frames().size(), count));
        } catch (BrokenPictureException e) {
            throw new ModelException(Reason.INVALID_INPUT, "video: GIF: " + e.getMessage(), e);
        } catch (ModelException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ModelException(Reason.INVALID_INPUT, "video: GIF: cannot be decoded", e);
        }
    }

    private static ImageFormat format(String what, ByteBuffer encoded) {
        return ImageFormat.sniff(encoded)
                .orElseThrow(() -> new ModelException(
                        Reason.INVALID_INPUT,
                        "%s: %d bytes of an unknown format (expected: %s)"
                                .formatted(what, encoded.remaining(), List.of(ImageFormat.values()))));
    }

    private static byte[] bytes(ByteBuffer encoded) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(encoded.position(), bytes);
        return bytes;
    }

    private void checkSize(String what, PictureFile file) throws BrokenPictureException {
        int width = file.width();
        int height = file.height();
        if (width < 1 || height < 1) {
            throw new BrokenPictureException("%dx%d pixels (expected: >= 1x1)".formatted(width, height));
        }
        if ((long) width * height > limits.maxPixels()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "%s: %dx%d pixels (expected: <= %d)".formatted(what, width, height, limits.maxPixels()));
        }
        if (Math.max(width, height) > limits.maxSide()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "%s: %dx%d pixels (expected: sides <= %d)".formatted(what, width, height, limits.maxSide()));
        }
    }

    private void checkFrames(GifFile file) {
        if (file.frames().size() > limits.maxFrames()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "video: %d frames (expected: <= %d)".formatted(file.frames().size(), limits.maxFrames()));
        }
        long pixels = (long) file.width() * file.height() * file.frames().size();
        if (pixels / ANIMATION_PICTURES > limits.maxPixels()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "video: %d frames of %dx%d pixels (expected: <= %d pixels together)"
                            .formatted(
                                    file.frames().size(),
                                    file.width(),
                                    file.height(),
                                    limits.maxPixels() * ANIMATION_PICTURES));
        }
    }
}
