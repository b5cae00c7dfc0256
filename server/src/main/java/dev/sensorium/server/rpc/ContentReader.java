package dev.sensorium.server.rpc;

import com.google.protobuf.ByteString;
import dev.sensorium.proto.v1.ContentDigest;
import dev.sensorium.proto.v1.Modality;
import dev.sensorium.proto.v1.VideoFile;
import dev.sensorium.proto.v1.VideoFrames;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.cache.ContentStore;
import dev.sensorium.spi.Audio;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads contents off the wire: says what is wrong with them by field, and fetches those that were uploaded before. */
final class ContentReader {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final ContentStore uploads;
    private final int maxTextBytes;

    ContentReader(ContentStore uploads, int maxTextBytes) {
        this.uploads = uploads;
        this.maxTextBytes = maxTextBytes;
    }

    /**
     * Reads the content at a path such as "contents[3]".
     *
     * @return null if a violation was found
     * @throws ServiceException NOT_FOUND if it was not uploaded
     */
    @Nullable
    Content read(dev.sensorium.proto.v1.Content content, String path, Violations violations) {
        return switch (content.getKindCase()) {
            case TEXT -> text(content.getText(), path + ".text", violations);
            case IMAGE -> image(content.getImage(), path + ".image", violations);
            case VIDEO -> video(content.getVideo(), path + ".video", violations);
            case AUDIO -> audio(content.getAudio(), path + ".audio", violations);
            case DIGEST -> uploaded(content.getDigest(), path + ".digest", violations);
            case KIND_NOT_SET -> {
                violations.add(path, "no kind is set (expected: text, image, video, audio or digest)");
                yield null;
            }
        };
    }

    /** Reads a text, null if a violation was found. */
    @Nullable
    Text text(String text, String path, Violations violations) {
        if (text.isBlank()) {
            violations.add(path, "blank (expected: at least one character that is not white space)");
            return null;
        }
        if (text.length() > maxTextBytes || utf8Length(text) > maxTextBytes) {
            violations.add(path, "%d bytes (expected: <= %d)".formatted(utf8Length(text), maxTextBytes));
            return null;
        }
        return new Text(text);
    }

    /** Returns the field that a model means when it refuses the content at a path. */
    static String field(dev.sensorium.proto.v1.Content content, String path) {
        return switch (content.getKindCase()) {
            case TEXT -> path + ".text";
            case IMAGE -> path + ".image.data";
            case VIDEO -> path + ".video";
            case AUDIO -> path + ".audio.data";
            case DIGEST -> path + ".digest";
            case KIND_NOT_SET -> path;
        };
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static @Nullable Image image(dev.sensorium.proto.v1.Image image, String path, Violations violations) {
        ByteBuffer data = media(image.getData(), image.getMediaType(), path, violations);
        return data == null ? null : new Image(data);
    }

    private static @Nullable Audio audio(dev.sensorium.proto.v1.Audio audio, String path, Violations violations) {
        ByteBuffer data = media(audio.getData(), audio.getMediaType(), path, violations);
        return data == null ? null : new Audio(data);
    }

    private static @Nullable Video video(dev.sensorium.proto.v1.Video video, String path, Violations violations) {
        OptionalDouble sampleRate =
                rate(video.hasSampleRate(), video.getSampleRate(), path + ".sample_rate", violations);
        if (sampleRate == null) {
            return null;
        }
        return switch (video.getSourceCase()) {
            case FRAMES -> frames(video.getFrames(), sampleRate, path + ".frames", violations);
            case FILE -> file(video.getFile(), sampleRate, path + ".file", violations);
            case SOURCE_NOT_SET -> {
                violations.add(path, "no source is set (expected: frames or file)");
                yield null;
            }
        };
    }

    private static @Nullable Video file(VideoFile file, OptionalDouble sampleRate, String path, Violations violations) {
        ByteBuffer data = media(file.getData(), file.getMediaType(), path, violations);
        return data == null ? null : new Video.File(data, sampleRate);
    }

    private static @Nullable Video frames(
            VideoFrames frames, OptionalDouble sampleRate, String path, Violations violations) {
        OptionalDouble frameRate = rate(frames.hasFrameRate(), frames.getFrameRate(), path + ".frame_rate", violations);
        if (sampleRate.isPresent() && !frames.hasFrameRate()) {
            violations.add(path + ".frame_rate", "not set (expected: the frames of a second, as sample_rate is set)");
            return null;
        }
        List<Image> images = images(frames, path + ".images", violations);
        return images == null || frameRate == null ? null : new Video.Frames(images, frameRate, sampleRate);
    }

    private static @Nullable List<Image> images(VideoFrames frames, String path, Violations violations) {
        if (frames.getImagesCount() == 0) {
            violations.add(path, "no frames (expected: at least one)");
            return null;
        }
        List<Image> images = new ArrayList<>(frames.getImagesCount());
        for (int i = 0; i < frames.getImagesCount(); i++) {
            Image image = image(frames.getImages(i), "%s[%d]".formatted(path, i), violations);
            if (image != null) {
                images.add(image);
            }
        }
        return images.size() == frames.getImagesCount() ? images : null;
    }

    /** Reads how many frames make a second; empty if it is not set, null if a violation was found. */
    private static @Nullable OptionalDouble rate(boolean set, double rate, String path, Violations violations) {
        if (!set) {
            return OptionalDouble.empty();
        }
        if (!Video.isRate(rate)) {
            violations.add(path, "%s (expected: > 0 and <= %.0f)".formatted(rate, Video.MOST_PER_SECOND));
            return null;
        }
        return OptionalDouble.of(rate);
    }

    private static @Nullable ByteBuffer media(ByteString data, String type, String path, Violations violations) {
        if (data.isEmpty()) {
            violations.add(path + ".data", "empty (expected: the bytes of a file)");
            return null;
        }
        ByteBuffer bytes = data.asReadOnlyByteBuffer();
        if (!type.isEmpty() && !agrees(type, bytes, path + ".media_type", violations)) {
            return null;
        }
        return bytes;
    }

    private static boolean agrees(String type, ByteBuffer bytes, String path, Violations violations) {
        MediaType actual = MediaType.of(bytes).orElse(null);
        if (actual != null && actual.isNamed(type)) {
            return true;
        }
        String expected = actual == null ? "the type of the bytes, which are of no known one" : actual.toString();
        violations.add(path, "%s (expected: %s)".formatted(Violations.quoted(type), expected));
        return false;
    }

    private @Nullable Content uploaded(ContentDigest digest, String path, Violations violations) {
        if (!SHA256.matcher(digest.getSha256()).matches()) {
            violations.add(
                    path + ".sha256",
                    "%s (expected: 64 characters of 0-9 and a-f)".formatted(Violations.quoted(digest.getSha256())));
            return null;
        }
        OptionalDouble rate = rate(digest.hasSampleRate(), digest.getSampleRate(), path + ".sample_rate", violations);
        if (rate == null) {
            return null;
        }
        if (rate.isPresent() && digest.getModality() != Modality.MODALITY_VIDEO) {
            violations.add(path + ".sample_rate", "set (expected: only with MODALITY_VIDEO)");
            return null;
        }
        return switch (digest.getModality()) {
            case MODALITY_TEXT -> uploadedText(fetch(digest, path), path, violations);
            case MODALITY_IMAGE -> new Image(fetch(digest, path));
            case MODALITY_VIDEO -> new Video.File(fetch(digest, path), rate);
            case MODALITY_AUDIO -> new Audio(fetch(digest, path));
            case MODALITY_UNSPECIFIED, UNRECOGNIZED -> {
                violations.add(
                        path + ".modality",
                        "%d (expected: one of the named values)".formatted(digest.getModalityValue()));
                yield null;
            }
        };
    }

    private ByteBuffer fetch(ContentDigest digest, String path) {
        try {
            return uploads.get(digest.getSha256());
        } catch (ServiceException e) {
            throw e.with("field", path);
        }
    }

    private @Nullable Text uploadedText(ByteBuffer bytes, String path, Violations violations) {
        try {
            return text(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString(), path, violations);
        } catch (CharacterCodingException e) {
            violations.add(path, "not UTF-8 (expected: a text in UTF-8)");
            return null;
        }
    }
}
