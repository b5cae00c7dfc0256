package dev.sensorium.kit.image;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * When the frames of a video are shown, in seconds from the first one on.
 *
 * @param starts when each frame is first seen, ascending from 0; to the microsecond
 * @param end when the last one is gone
 */
record FrameTimes(List<Double> starts, double end) {

    /** How much too late a file may say that a frame is shown: WebM's times are whole milliseconds. */
    private static final double SLACK_SECONDS = 0.001;

    FrameTimes {
        starts = starts.stream().map(FrameTimes::rounded).toList();
    }

    /** Returns the times of frames that begin and end at these, by any clock and in any order. */
    static FrameTimes of(List<Double> starts, double end) {
        List<Double> sorted = starts.stream().sorted().toList();
        double first = sorted.isEmpty() ? 0 : sorted.get(0);
        return new FrameTimes(sorted.stream().map(start -> start - first).toList(), end - first);
    }

    /** Returns the times of so many frames that follow each other at a rate. */
    static FrameTimes steady(int frames, double rate) {
        return new FrameTimes(IntStream.range(0, frames).mapToObj(i -> i / rate).toList(), frames / rate);
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1e6) / 1e6; // 0.6 and not 0.6000000000000001
    }

    /** Returns how many frames there are. */
    int frames() {
        return starts.size();
    }

    /** Returns the indices of the frames that are shown at 0, 1 / rate, 2 / rate ... seconds, each once. */
    List<Integer> shownAt(double rate) {
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < frames(); i++) {
            double next = i + 1 < frames() ? starts.get(i + 1) : end;
            double moment = Math.ceil((starts.get(i) - SLACK_SECONDS) * rate); // the first that is not before it
            if (i == 0 || moment < (next - SLACK_SECONDS) * rate) {
                shown.add(i);
            }
        }
        return shown;
    }
}
