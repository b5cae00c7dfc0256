package dev.sensorium.kit.image;

import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Video;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A picture, or the frames that stand for a video, as pixels for the image tower.
 *
 * @param frames pixels of each frame, (S, S, 3) row-major
 * @param video when they are shown, if they are a video's
 */
public record PreparedFrames(List<float[]> frames, Optional<Video.Sample> video) implements Prepared {

    public PreparedFrames {
        frames = List.copyOf(frames);
    }

    /** A picture. */
    public PreparedFrames(float[] pixels) {
        this(List.of(pixels), Optional.empty());
    }

    /** A video. */
    public PreparedFrames(SampledFrames sampled) {
        this(sampled.pixels(), Optional.of(sampled.sample()));
    }

    @Override
    public Object group() {
        return Modality.IMAGE;
    }

    @Override
    public int rows() {
        return frames.size();
    }

    /**
     * Embeds items by their frames: an item of several gets the mean of their embeddings, scaled to unit length.
     *
     * @param network embeds pictures
     */
    public static List<float[]> embed(List<PreparedFrames> items, UnaryOperator<List<float[]>> network) {
        List<float[]> embeddings = network.apply(
                items.stream().flatMap(item -> item.frames.stream()).toList());
        List<float[]> result = new ArrayList<>();
        int from = 0;
        for (PreparedFrames item : items) {
            result.add(mean(embeddings.subList(from, from + item.rows())));
            from += item.rows();
        }
        return result;
    }

    private static float[] mean(List<float[]> vectors) {
        if (vectors.size() == 1) {
            return vectors.get(0);
        }
        double[] sum = new double[vectors.get(0).length];
        double squares = 0;
        for (int i = 0; i < sum.length; i++) {
            for (float[] vector : vectors) {
                sum[i] += vector[i];
            }
            squares += sum[i] * sum[i];
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (sum[i] / Math.sqrt(squares));
        }
        return mean;
    }
}
