package dev.sensorium.kit.image;

import java.util.List;
import java.util.stream.IntStream;

/** Chooses the frames that stand for a video: the middles of equally long stretches of it. */
public final class FrameSampling {

    private FrameSampling() {}

    /**
     * Returns the indices of at most {@code count} frames, ascending: the {@code i}-th is
     * {@code floor((2 i + 1) frames / (2 count))}. A video of no more frames is taken whole.
     */
    public static List<Integer> indices(int frames, int count) {
        if (frames <= count) {
            return IntStream.range(0, frames).boxed().toList();
        }
        return IntStream.range(0, count)
                .mapToObj(i -> (int) ((2L * i + 1) * frames / (2L * count)))
                .toList();
    }
}
