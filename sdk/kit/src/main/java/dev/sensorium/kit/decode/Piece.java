package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import java.util.ArrayList;
import java.util.List;

/** Tokens that are read in one run: the next ones of some readings, as many as there is room for. */
final class Piece {

    private final int most;
    private final List<Job> readers = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final Copies copies = new Copies();
    private int longest;
    private int tokens;

    /** Returns a piece of at most so many tokens, those included that pad its rows to one length: no more than the others. */
    Piece(int most) {
        this.most = most;
    }

    /** Adds the next tokens of a reading; returns how many, 0 if none are left or there is no room. */
    int add(Job reader, Reading reading) {
        int count = Math.min(reading.left(), most);
        int length = Math.max(longest, count);
        int padded = (rows.size() + 1) * length;
        if (count == 0 || (!rows.isEmpty() && padded > Math.min(most, 2 * (tokens + count)))) {
            return 0;
        }
        longest = length;
        tokens += count;
        reader.computing();
        rows.add(reading.read(count, copies));
        readers.add(reader);
        return count;
    }

    /** Returns whose tokens these are. */
    List<Job> readers() {
        return readers.stream().distinct().toList();
    }

    List<Row> rows() {
        return rows;
    }

    /** Returns what must be copied before. */
    Copies copies() {
        return copies;
    }
}
