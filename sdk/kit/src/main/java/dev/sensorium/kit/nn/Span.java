package dev.sensorium.kit.nn;

import java.util.List;
import java.util.stream.IntStream;

/** The integers of {@code from} (included) to {@code to} (excluded). */
record Span(int from, int to) {

    static Span of(int size) {
        return new Span(0, size);
    }

    int size() {
        return to - from;
    }

    /** Returns this span with both ends multiplied. */
    Span times(int factor) {
        return new Span(from * factor, to * factor);
    }

    /** Returns the part of this span that another one, counted from its start, names. */
    Span part(Span other) {
        return new Span(from + other.from, from + other.to);
    }

    /** Returns 0 to {@code size} in this many parts of nearly equal size, none of them empty. */
    static List<Span> split(int size, int parts) {
        int count = Math.min(size, parts);
        return IntStream.range(0, count)
                .mapToObj(i -> new Span(size * i / count, size * (i + 1) / count))
                .toList();
    }
}
