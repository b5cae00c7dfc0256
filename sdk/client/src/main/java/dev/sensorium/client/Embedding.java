package dev.sensorium.client;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A vector that stands for a content; of unit length for CLIP and SigLIP. Immutable. */
public final class Embedding {

    private final float[] values;
    private final @Nullable VideoSample video;

    /** Returns the embedding of these values, which are copied. */
    public static Embedding of(float... values) {
        return new Embedding(values.clone(), null);
    }

    Embedding(float[] values, @Nullable VideoSample video) {
        this.values = values;
        this.video = video;
    }

    /** Returns how many numbers there are. */
    public int dimensions() {
        return values.length;
    }

    /** Returns a copy of the numbers, {@link #dimensions} of them. */
    public float[] values() {
        return values.clone();
    }

    /** Returns what was looked at, if it stands for a video. */
    public Optional<VideoSample> video() {
        return Optional.ofNullable(video);
    }

    /**
     * Returns the cosine similarity with another embedding, from -1 to 1; 0 if either is all zeros.
     *
     * @throws IllegalArgumentException if the other has another length
     */
    public double cosine(Embedding other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException(
                    "dimensions: %d (expected: %d)".formatted(other.values.length, values.length));
        }
        double dot = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int i = 0; i < values.length; i++) {
            dot += (double) values[i] * other.values[i];
            squares += (double) values[i] * values[i];
            otherSquares += (double) other.values[i] * other.values[i];
        }
        double lengths = Math.sqrt(squares) * Math.sqrt(otherSquares);
        return lengths == 0 ? 0 : dot / lengths;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Embedding embedding
                && Arrays.equals(values, embedding.values)
                && Objects.equals(video, embedding.video);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Objects.hashCode(video);
    }

    @Override
    public String toString() {
        return "Embedding" + Arrays.toString(values);
    }
}
