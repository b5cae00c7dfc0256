package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import java.util.Arrays;

/** Tokens that are being read into a line. */
final class Reading {

    private final Line line;
    private final int[] ids;
    private final int[] views;
    private int done;

    /**
     * Begins to read.
     *
     * @param views what each token sees; nothing where sources have no parts
     */
    Reading(Line line, int[] ids, int[] views) {
        this.line = line;
        this.ids = ids;
        this.views = views;
    }

    /** Begins to read what a line lacks of these tokens, which are all that it is to have. */
    static Reading rest(Line line, int[] ids, int[] views) {
        Reading reading = new Reading(line, ids, views);
        reading.done = line.length();
        return reading;
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
        int from = done;
        done += count;
        int[] seen = views.length == 0 ? views : Arrays.copyOfRange(views, from, done);
        return line.add(Arrays.copyOfRange(ids, from, done), seen, copies);
    }
}
