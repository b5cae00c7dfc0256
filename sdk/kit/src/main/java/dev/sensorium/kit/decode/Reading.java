package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import java.util.Arrays;

/** Tokens that are being read into a line. */
final class Reading {

    private final Line line;
    private final int[] ids;
    private int done;

    Reading(Line line, int[] ids) {
        this.line = line;
        this.ids = ids;
    }

    Line line() {
        return line;
    }

    /** Returns how many tokens are left. */
    int left() {
        return ids.length - done;
    }

    /** Returns the row that reads so many more tokens. */
    Row read(int count, Copies copies) {
        Row row = line.add(Arrays.copyOfRange(ids, done, done + count), copies);
        done += count;
        return row;
    }
}
