package dev.sensorium.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A piece of what people perceive: a text, a picture, a video or a sound, or the digest of one that was uploaded before.
 *
 * <p>Contents are made by the static methods here. Those that take a {@link Path} read the file at once and throw
 * {@link UncheckedIOException} if it cannot be read; those that take bytes do not copy them.
 */
public sealed interface Content {

    /** Returns which kind of content this is. */
    Modality modality();

    /** Returns a text. */
    static Text text(String value) {
        return new Text(value);
    }

    /** Returns the picture in a PNG, JPEG, GIF (its first frame), BMP or WebP file. */
    static Picture image(Path file) {
        return image(read(file));
    }

    /** Returns the picture in the bytes of a file, which must not change afterwards. */
    static Picture image(byte[] encoded) {
        return new Picture(ByteBuffer.wrap(encoded));
    }

    /** Returns the video that consists of these pictures, in the order of time. */
    static Frames video(List<Picture> frames) {
        return new Frames(frames, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** Returns the video in an animated GIF, an MP4 or a WebM file. */
    static VideoFile videoFile(Path file) {
        return new VideoFile(ByteBuffer.wrap(read(file)), OptionalDouble.empty());
    }

    /** Returns the sound in a file. */
    static Sound audio(Path file) {
        return new Sound(ByteBuffer.wrap(read(file)));
    }

    /** Returns the content of this SHA-256, which {@link Sensorium#upload} answered. */
    static Digest digest(Modality modality, String sha256) {
        return new Digest(modality, sha256, OptionalDouble.empty());
    }

    /**
     * A text.
     *
     * @param value the characters
     */
    record Text(String value) implements Content {

        @Override
        public Modality modality() {
            return Modality.TEXT;
        }
    }

    /**
     * A picture in its encoded form; the format is told by the bytes.
     *
     * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
     */
    record Picture(ByteBuffer encoded) implements Content {

        public Picture {
            encoded = encoded.asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer encoded() {
            return encoded.duplicate();
        }

        @Override
        public Modality modality() {
            return Modality.IMAGE;
        }
    }

    /**
     * A video as the pictures it consists of.
     *
     * @param pictures the frames in the order of time, at least one
     * @param frameRate how many of them make a second; empty if that is not known
     * @param sampleRate how many of a second to look at; empty for the model's choice
     */
    record Frames(List<Picture> pictures, OptionalDouble frameRate, OptionalDouble sampleRate) implements Content {

        public Frames {
            pictures = List.copyOf(pictures);
        }

        /** Returns this video with so many of its frames in a second. */
        public Frames withFrameRate(double rate) {
            return new Frames(pictures, OptionalDouble.of(rate), sampleRate);
        }

        /** Returns this video with so many frames of a second to look at; it must have a frame rate. */
        public Frames withSampleRate(double rate) {
            return new Frames(pictures, frameRate, OptionalDouble.of(rate));
        }

        @Override
        public Modality modality() {
            return Modality.VIDEO;
        }
    }

    /**
     * A video in its encoded form; the format is told by the bytes.
     *
     * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
     * @param sampleRate how many frames of a second to look at; empty for the model's choice
     */
    record VideoFile(ByteBuffer encoded, OptionalDouble sampleRate) implements Content {

        public VideoFile {
            encoded = encoded.asReadOnlyBuffer();
        }

        /** Returns this video with so many frames of a second to look at. */
        public VideoFile withSampleRate(double rate) {
            return new VideoFile(encoded, OptionalDouble.of(rate));
        }

        @Override
        public ByteBuffer encoded() {
            return encoded.duplicate();
        }

        @Override
        public Modality modality() {
            return Modality.VIDEO;
        }
    }

    /**
     * A sound in its encoded form; the format is told by the bytes.
     *
     * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
     */
    record Sound(ByteBuffer encoded) implements Content {

        public Sound {
            encoded = encoded.asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer encoded() {
            return encoded.duplicate();
        }

        @Override
        public Modality modality() {
            return Modality.AUDIO;
        }
    }

    /**
     * A reference to content that was uploaded before.
     *
     * @param modality what the content is
     * @param sha256 the SHA-256 of its bytes, 64 lower-case hexadecimal characters
     * @param sampleRate of a video, how many frames of a second to look at; empty for the model's choice
     */
    record Digest(Modality modality, String sha256, OptionalDouble sampleRate) implements Content {

        /** Returns this video with so many frames of a second to look at. */
        public Digest withSampleRate(double rate) {
            return new Digest(modality, sha256, OptionalDouble.of(rate));
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
