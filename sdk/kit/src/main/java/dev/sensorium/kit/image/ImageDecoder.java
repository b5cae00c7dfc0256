package dev.sensorium.kit.image;

import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Decodes picture files into pixels, within budgets that are checked before anything is allocated.
 *
 * <p>The result is that of Pillow's {@code Image.open(file).convert("RGB")}, without tolerance. Safe for use from many
 * threads.
 */
public final class ImageDecoder {

    /** An animation may have this many times the pixels of a picture in all its frames together. */
    private static final int ANIMATION_PICTURES = 8;

    /** So may a film; its frames are looked at one by one, and those that are kept may be as many as an animation's. */
    private static final int MOVIE_PICTURES = 64;

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
            checkSize("picture", file.width(), file.height());
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
     * Decodes frames of an animated GIF, or of an MP4 or WebM file, those that are chosen.
     *
     * @throws ModelException INVALID_INPUT if the file is none or broken; TOO_LONG if it is beyond the limits
     */
    public List<VideoFrame> decodeFrames(ByteBuffer encoded, FrameSampling sampling) {
        Optional<MovieFormat> movie = MovieFormat.sniff(encoded);
        String format = movie.map(String::valueOf).orElse("GIF");
        try {
            return movie.isPresent()
                    ? decodeMovie(bytes(encoded), movie.get(), sampling)
                    : decodeAnimation(encoded, sampling);
        } catch (BrokenPictureException e) {
            throw new ModelException(Reason.INVALID_INPUT, "video: %s: %s".formatted(format, e.getMessage()), e);
        } catch (ModelException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ModelException(Reason.INVALID_INPUT, "video: %s: cannot be decoded".formatted(format), e);
        } catch (LinkageError e) {
            throw new ModelException(
                    Reason.INTERNAL, "the library for %s videos cannot be loaded".formatted(format), e);
        }
    }

    private List<VideoFrame> decodeAnimation(ByteBuffer encoded, FrameSampling sampling) throws IOException {
        Optional<ImageFormat> format = ImageFormat.sniff(encoded);
        if (format.filter(ImageFormat.GIF::equals).isEmpty()) {
            String found = format.map(String::valueOf).orElse(encoded.remaining() + " bytes of an unknown format");
            throw new ModelException(
                    Reason.INVALID_INPUT,
                    "video: %s (expected: an animated GIF, an MP4 or a WebM file)".formatted(found));
        }
        GifFile file = GifFile.parse(bytes(encoded));
        checkSize("video", file.width(), file.height());
        checkFrames(file.frames().size(), file.width(), file.height(), ANIMATION_PICTURES);
        FrameTimes times = file.times();
        checkSeconds(times.end());
        List<Integer> indices = sampling.choose(times);
        return frames(file.decode(indices), indices, times);
    }

    private List<VideoFrame> decodeMovie(byte[] encoded, MovieFormat format, FrameSampling sampling)
            throws IOException {
        List<Integer> indices;
        try (MovieFile file = MovieFile.open(encoded, format)) {
            checkSize("video", file.width(), file.height());
            checkSeconds(file.seconds());
            FrameTimes times = file.times();
            checkSeconds(times.end()); // not every file says at its beginning how long it is
            checkFrames(times.frames(), file.width(), file.height(), MOVIE_PICTURES);
            indices = sampling.choose(times);
            checkFrames(indices.size(), file.width(), file.height(), ANIMATION_PICTURES);
        }
        MovieDecoder.Shown shown = decode(encoded, format, indices);
        if (shown.times().frames() == 0) {
            throw new BrokenPictureException("no frame can be decoded");
        }
        if (shown.pictures().size() < indices.size()) { // not all that the file holds is to be shown
            indices = sampling.choose(shown.times());
            shown = decode(encoded, format, indices);
        }
        return frames(shown.pictures(), indices, shown.times());
    }

    private static List<VideoFrame> frames(List<Pixels> pictures, List<Integer> indices, FrameTimes times) {
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> new VideoFrame(pictures.get(i), times.starts().get(indices.get(i))))
                .toList();
    }

    private static MovieDecoder.Shown decode(byte[] encoded, MovieFormat format, List<Integer> indices)
            throws BrokenPictureException {
        try (MovieFile file = MovieFile.open(encoded, format)) {
            return file.decode(indices);
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

    private void checkSize(String what, int width, int height) throws BrokenPictureException {
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

    private void checkSeconds(double seconds) {
        if (seconds > limits.maxSeconds()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    String.format(Locale.ROOT, "video: %.1f s (expected: <= %d s)", seconds, limits.maxSeconds()));
        }
    }

    /** Checks a video against the limits; all frames together may have the pixels of so many pictures. */
    private void checkFrames(int frames, int width, int height, int pictures) {
        if (frames > limits.maxFrames()) {
            throw new ModelException(
                    Reason.TOO_LONG, "video: %d frames (expected: <= %d)".formatted(frames, limits.maxFrames()));
        }
        if ((long) width * height * frames / pictures > limits.maxPixels()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "video: %d frames of %dx%d pixels (expected: <= %d pixels together)"
                            .formatted(frames, width, height, limits.maxPixels() * pictures));
        }
    }
}
