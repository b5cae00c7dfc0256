package dev.sensorium.server.cache;

import dev.sensorium.server.schedule.ServedModel;
import dev.sensorium.spi.Audio;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalDouble;

/**
 * What an embedding depends on, as a SHA-256: the model, its weights, how the content is read, and the content. Every
 * part is preceded by its length, so that no two lists of parts have the same bytes.
 */
record CacheKey(long a, long b, long c, long d) {

    /** Bytes that a key takes in memory, with the entry that holds it. */
    static final int BYTES = 160;

    static CacheKey of(ServedModel model, Content content, PrepareOptions options) {
        Digest digest = new Digest();
        digest.part(model.id().name());
        digest.part(model.id().version());
        digest.part(model.checkpointSha256());
        digest.part(content.modality().name());
        digest.part(options.truncateText() ? "truncate" : "");
        digest.part(options.applyOrientation() ? "orientation" : "");
        content(digest, content);
        return digest.key();
    }

    private static void content(Digest digest, Content content) {
        if (content instanceof Text text) {
            digest.part(text.value());
        } else if (content instanceof Image image) {
            digest.part(image.encoded());
        } else if (content instanceof Audio audio) {
            digest.part(audio.encoded());
        } else if (content instanceof Video.File file) {
            digest.part("file");
            digest.rate(file.sampleRate());
            digest.part(file.encoded());
        } else if (content instanceof Video.Frames frames) {
            frames(digest, frames);
        }
    }

    private static void frames(Digest digest, Video.Frames video) {
        digest.part("frames");
        digest.rate(video.frameRate());
        digest.rate(video.sampleRate());
        digest.length(video.images().size());
        video.images().forEach(image -> digest.part(image.encoded()));
    }

    private static final class Digest {

        private final MessageDigest sha256;

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // every Java platform has it
            }
        }

        void part(String text) {
            part(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        void part(ByteBuffer bytes) {
            length(bytes.remaining());
            sha256.update(bytes);
        }

        void length(long length) {
            sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, length));
        }

        void rate(OptionalDouble rate) {
            part(rate.isPresent() ? String.valueOf(rate.getAsDouble()) : "");
        }

        CacheKey key() {
            ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
            return new CacheKey(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        }
    }
}
