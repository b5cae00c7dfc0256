package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import java.util.Arrays;

/** A prompt that is being read. */
final class Reading {

    private final Line line;
    private final int[] ids;

    Reading(Line line, int[] ids) {
        this.line = line;
        this.ids = ids;
    }

    Line line() {
        return line;
    }

    /** Returns how many tokens are left. */
    int left() {
        return ids.length - line.length();
    }

    /** Returns the row that reads so many more tokens. */
    Row read(int count, Copies copies) {
        return line.add(Arrays.copyOfRange(ids, line.length(), line.length() + count), copies);
    }
}
