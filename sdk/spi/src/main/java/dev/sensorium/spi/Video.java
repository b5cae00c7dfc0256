package dev.sensorium.spi;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalDouble;

/** A video: an encoded file, or its frames one by one. */
public sealed interface Video extends Content {

    /** The most frames that a second may have, and that may be asked for of it. */
    double MOST_PER_SECOND = 1_000;

    /** Returns how many frames of a second are to be looked at; empty if that is the model's choice. */
    OptionalDouble sampleRate();

    @Override
    default Modality modality() {
        return Modality.VIDEO;
    }

    /**
     * A video as the pictures it consists of.
     *
     * @param images the frames in the order of time, at least one
     * @param frameRate how many of them make a second; empty if that is not known
     * @param sampleRate how many frames of a second are to be looked at
     */
    record Frames(List<Image> images, OptionalDouble frameRate, OptionalDouble sampleRate) implements Video {

        public Frames {
            images = List.copyOf(images);
            requireRate("frame rate", frameRate);
            requireRate("sample rate", sampleRate);
        }

        /** Frames of which nobody says how fast they follow each other, or how many to look at. */
        public Frames(List<Image> images) {
            this(images, OptionalDouble.empty(), OptionalDouble.empty());
        }
    }

    /**
     * A video in its encoded form.
     *
     * @param encoded the file's bytes; read-only, each accessor call returns a view with its own position
     * @param sampleRate how many frames of a second are to be looked at
     */
    record File(ByteBuffer encoded, OptionalDouble sampleRate) implements Video {

        public File {
            encoded = encoded.asReadOnlyBuffer();
            requireRate("sample rate", sampleRate);
        }

        /** A file of which the model chooses what it looks at. */
        public File(ByteBuffer encoded) {
            this(encoded, OptionalDouble.empty());
        }

        @Override
        public ByteBuffer encoded() {
            return encoded.duplicate();
        }
    }

    /**
     * The frames of a video that a model looked at.
     *
     * @param seconds when each of them is shown, from the first frame on; nothing if the video's frames came without a rate
     */
    record Sample(List<Double> seconds) {

        public Sample {
            seconds = List.copyOf(seconds);
        }
    }

    /** Tells whether a second may have so many frames. */
    static boolean isRate(double rate) {
        return rate > 0 && rate <= MOST_PER_SECOND;
    }

    private static void requireRate(String what, OptionalDouble rate) {
        if (rate.isPresent() && !isRate(rate.getAsDouble())) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: > 0 and <= %.0f)".formatted(what, rate.getAsDouble(), MOST_PER_SECOND));
        }
    }
}
