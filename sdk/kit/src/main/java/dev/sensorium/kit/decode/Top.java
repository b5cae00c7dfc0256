package dev.sensorium.kit.decode;

/**
 * The largest of many numbers, with their places: a heap of at most so many, the least at its root. Of equal numbers
 * that of the lower place counts as the larger.
 */
final class Top {

    private final float[] scores;
    private final int[] places;
    private int size;

    /**
     * Keeps nothing yet.
     *
     * @param most how many are kept, at least 1
     */
    Top(int most) {
        this.scores = new float[most];
        this.places = new int[most];
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** Returns the least of those kept; -Infinity as long as there is room. */
    float least() {
        return size < scores.length ? Float.NEGATIVE_INFINITY : scores[0];
    }

    /** Offers a number; places must come in ascending order. */
    void offer(float score, int place) {
        if (size < scores.length) {
            size++;
            up(size - 1, score, place);
        } else if (score > scores[0]) {
            down(score, place, size);
        }
    }

    /** Offers all numbers of a row, with something added to each; the row's places begin with the first. */
    void offerAll(float[] row, float added, int first) {
        int i = 0;
        for (; i < row.length && size < scores.length; i++) {
            offer(row[i] + added, first + i);
        }
        float least = scores[0];
        for (; i < row.length; i++) {
            float score = row[i] + added;
            if (score > least) {
                down(score, first + i, size);
                least = scores[0];
            }
        }
    }

    /** Puts the largest first; nothing may be offered after this and before {@link #clear}. */
    void sort() {
        for (int end = size - 1; end > 0; end--) {
            float least = scores[0];
            int place = places[0];
            down(scores[end], places[end], end);
            scores[end] = least;
            places[end] = place;
        }
    }

    /** Returns the number at a rank, after {@link #sort}. */
    float score(int rank) {
        return scores[rank];
    }

    /** Returns the place of the number at a rank, after {@link #sort}. */
    int place(int rank) {
        return places[rank];
    }

    private void up(int start, float score, int place) {
        int at = start;
        while (at > 0) {
            int parent = (at - 1) / 2;
            if (!less(score, place, parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        scores[at] = score;
        places[at] = place;
    }

    private void down(float score, int place, int end) {
        int at = 0;
        while (2 * at + 1 < end) {
            int child = 2 * at + 1;
            if (child + 1 < end && less(scores[child + 1], places[child + 1], child)) {
                child++;
            }
            if (less(score, place, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        scores[at] = score;
        places[at] = place;
    }

    private boolean less(float score, int place, int other) {
        return score < scores[other] || (score == scores[other] && place > places[other]);
    }

    private void move(int from, int to) {
        scores[to] = scores[from];
        places[to] = places[from];
    }
}
