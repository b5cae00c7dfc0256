package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** What an echo model takes in: checks contents, of pictures the first bytes and the size of PNGs. */
record EchoInputs(int maxText, MediaLimits limits) {

    private static final String PNG = "89504e47";

    /** Where the header of a PNG has told width and height. */
    private static final int PNG_SIZE_END = 24;

    /** How the files of the known picture formats begin: PNG, JPEG, GIF, BMP, RIFF (WebP). */
    private static final List<String> MAGICS = List.of(PNG, "ffd8ff", "47494638", "424d", "52494646");

    /** Returns the bytes of each frame of a content; all but videos of frames have one frame. */
    List<ByteBuffer> frames(Content content, boolean truncate) {
        if (content instanceof Text text) {
            return List.of(ByteBuffer.wrap(checked(text, truncate).getBytes(StandardCharsets.UTF_8)));
        }
        if (content instanceof Image image) {
            return List.of(checked(image.encoded()));
        }
        if (content instanceof Video.File file) {
            return List.of(checked(file.encoded()));
        }
        if (content instanceof Video.Frames frames) {
            return checked(frames);
        }
        throw new ModelException(
                Reason.INVALID_INPUT, "content: %s (expected: TEXT, IMAGE or VIDEO)".formatted(content.modality()));
    }

    String checked(Text text, boolean truncate) {
        String value = text.value();
        if (value.isBlank()) {
            throw new ModelException(Reason.INVALID_INPUT, "text: blank (expected: at least one character)");
        }
        int length = value.codePointCount(0, value.length());
        if (length <= maxText) {
            return value;
        }
        if (!truncate) {
            throw new ModelException(
                    Reason.TOO_LONG, "text: %d characters (expected: <= %d)".formatted(length, maxText));
        }
        return value.substring(0, value.offsetByCodePoints(0, maxText));
    }

    private List<ByteBuffer> checked(Video.Frames frames) {
        int count = frames.images().size();
        if (count == 0) {
            throw new ModelException(Reason.INVALID_INPUT, "video: 0 frames (expected: >= 1)");
        }
        if (count > limits.maxFrames()) {
            throw new ModelException(
                    Reason.TOO_LONG, "video: %d frames (expected: <= %d)".formatted(count, limits.maxFrames()));
        }
        return looked(frames).stream()
                .map(index -> checked(frames.images().get(index).encoded()))
                .toList();
    }

    /** Returns when those frames of a video are shown that are looked at; of a file the first one is. */
    static Video.Sample sample(Video video) {
        if (video instanceof Video.Frames frames && frames.frameRate().isPresent()) {
            double rate = frames.frameRate().getAsDouble();
            return new Video.Sample(
                    looked(frames).stream().map(index -> index / rate).toList());
        }
        return new Video.Sample(video instanceof Video.File ? List.of(0.0) : List.of());
    }

    /** Returns the indices of the frames that are looked at: every second or third and so on if the rate is a lower one. */
    private static List<Integer> looked(Video.Frames frames) {
        double every = frames.frameRate().orElse(1)
                / frames.sampleRate().orElse(frames.frameRate().orElse(1));
        int step = (int) Math.max(1, Math.round(every));
        return IntStream.range(0, frames.images().size())
                .filter(index -> index % step == 0)
                .boxed()
                .toList();
    }

    private ByteBuffer checked(ByteBuffer encoded) {
        byte[] head = new byte[Math.min(4, encoded.remaining())];
        encoded.get(0, head);
        String magic = HexFormat.of().formatHex(head);
        if (MAGICS.stream().noneMatch(magic::startsWith)) {
            throw new ModelException(
                    Reason.INVALID_INPUT,
                    "image: begins with \"%s\" (expected: PNG, JPEG, GIF, BMP or WebP)".formatted(magic));
        }
        if (magic.equals(PNG) && encoded.remaining() >= PNG_SIZE_END) {
            checkSize(encoded.getInt(PNG_SIZE_END - 8), encoded.getInt(PNG_SIZE_END - 4));
        }
        return encoded;
    }

    private void checkSize(int width, int height) {
        if (width > limits.maxSide() || height > limits.maxSide() || (long) width * height > limits.maxPixels()) {
            throw new ModelException(
                    Reason.TOO_LONG,
                    "image: %d x %d pixels (expected: sides <= %d, at most %d in all)"
                            .formatted(width, height, limits.maxSide(), limits.maxPixels()));
        }
    }
}
