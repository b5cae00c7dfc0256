package dev.sensorium.kit.image;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Which frames stand for a video.
 *
 * @param most at most so many
 * @param rate those that are shown at so many moments of a second; empty for all. If they are more than enough, some of
 *     them, evenly spaced, as CLIP4Clip does it (Luo et al. 2021)
 */
public record FrameSampling(int most, OptionalDouble rate) {

    /** Returns the choice of so many of all frames. */
    public static FrameSampling evenly(int most) {
        return new FrameSampling(most, OptionalDouble.empty());
    }

    /** Returns the indices of the chosen frames, ascending. */
    List<Integer> choose(FrameTimes times) {
        if (rate.isEmpty()) {
            return indices(times.frames(), most);
        }
        List<Integer> shown = times.shownAt(rate.getAsDouble());
        return indices(shown.size(), most).stream().map(shown::get).toList();
    }

    /**
     * Returns the indices of at most {@code count} frames, ascending, the middles of equally long stretches: the
     * {@code i}-th is {@code floor((2 i + 1) frames / (2 count))}. A video of no more frames is taken whole.
     */
    static List<Integer> indices(int frames, int count) {
        if (frames <= count) {
            return IntStream.range(0, frames).boxed().toList();
        }
        return IntStream.range(0, count)
                .mapToObj(i -> (int) ((2L * i + 1) * frames / (2L * count)))
                .toList();
    }
}
