package dev.sensorium.kit.image;

import java.util.Arrays;

/**
 * Pillow's {@code Image.resize}, bit for bit: antialiased, in integers of 22 fractional bits, rounded to bytes after
 * each of its two passes (Resample.c of Pillow 13).
 *
 * <p>The order of the passes shows in the result. Pillow 13 begins with the columns where the height shrinks by more
 * than twice what the width does, and otherwise with the rows, as earlier versions always did.
 */
public final class Resize {

    private static final int PRECISION_BITS = 32 - 8 - 2;
    private static final int HALF = 1 << (PRECISION_BITS - 1);

    /** How many values of pixels are looked at together: few enough for a core's cache. */
    private static final int STRIP_VALUES = 1 << 16;

    private Resize() {}

    /** Returns the picture at another size. */
    public static Pixels resize(Pixels picture, int width, int height, ResampleFilter filter) {
        return resize(picture, width, height, filter, new Window(0, 0, width, height));
    }

    /**
     * A part of a resized picture.
     *
     * @param left its first column
     * @param top its first row
     */
    record Window(int left, int top, int width, int height) {}

    /** Returns a part of the picture at another size, without computing the rest. */
    static Pixels resize(Pixels picture, int width, int height, ResampleFilter filter, Window window) {
        if (filter == ResampleFilter.NEAREST) {
            return nearest(picture, width, height, window);
        }
        Taps columns = Taps.of(picture.width(), width, window.left(), window.width(), filter);
        Taps rows = Taps.of(picture.height(), height, window.top(), window.height(), filter);
        if (isVerticalFirst(picture, width, height)) {
            int left = columns.first();
            Pixels low = vertical(picture, rows, 0, left, columns.last() - left);
            return horizontal(low, columns, left, 0, low.height());
        }
        int top = rows.first();
        Pixels narrow = horizontal(picture, columns, 0, top, rows.last() - top);
        return vertical(narrow, rows, top, 0, narrow.width());
    }

    private static boolean isVerticalFirst(Pixels picture, int width, int height) {
        int lostRows = picture.height() - height;
        return lostRows > 0 && lostRows > 2L * (picture.width() - width);
    }

    /**
     * Resamples some rows.
     *
     * @param left the column that the picture begins with, as the taps count
     */
    private static Pixels horizontal(Pixels picture, Taps columns, int left, int firstRow, int rowCount) {
        Pixels result = Pixels.black(columns.count(), rowCount);
        resample(Lines.columns(picture, left, firstRow), columns, Lines.columns(result, 0, 0), rowCount);
        return result;
    }

    /**
     * Resamples some columns.
     *
     * @param top the row that the picture begins with, as the taps count
     */
    private static Pixels vertical(Pixels picture, Taps rows, int top, int firstColumn, int columnCount) {
        Pixels result = Pixels.black(columnCount, rows.count());
        resample(Lines.rows(picture, top, firstColumn), rows, Lines.rows(result, 0, 0), columnCount);
        return result;
    }

    /** Makes lines of this many pixels, each a weighted sum of others, in strips across them. */
    private static void resample(Lines from, Taps taps, Lines to, int length) {
        int strip = Math.max(1, STRIP_VALUES / 3 / taps.size());
        for (int first = 0; first < length; first += strip) {
            resampleStrip(from, taps, to, first, Math.min(strip, length - first));
        }
    }

    private static void resampleStrip(Lines from, Taps taps, Lines to, int first, int pixels) {
        int[][] values = new int[taps.size()][3 * pixels]; // of the lines that were read last
        int[] sums = new int[3 * pixels];
        int read = taps.first();
        for (int i = 0; i < taps.count(); i++) {
            int start = taps.start(i);
            int end = start + taps.length(i);
            for (; read < end; read++) {
                from.read(read, first, values[read % values.length]);
            }
            Arrays.fill(sums, HALF);
            for (int line = start; line < end; line++) {
                add(taps.weights()[taps.offset(i) + line - start], values[line % values.length], sums);
            }
            toBytes(sums);
            to.write(i, first, sums);
        }
    }

    private static void add(int weight, int[] values, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * values[i];
        }
    }

    /** Brings sums to bytes, without Math.min and max, which keep the compiler from using vectors. */
    private static void toBytes(int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            int value = sums[i] >> PRECISION_BITS;
            sums[i] = (value | (255 - value) >> 31) & ~(value >> 31);
        }
    }

    private static Pixels nearest(Pixels picture, int width, int height, Window window) {
        int[] columns = nearestPositions(picture.width(), width, window.left(), window.width());
        int[] rows = nearestPositions(picture.height(), height, window.top(), window.height());
        Pixels result = Pixels.black(window.width(), window.height());
        int to = 0;
        for (int row : rows) {
            for (int column : columns) {
                System.arraycopy(picture.rgb(), 3 * (row * picture.width() + column), result.rgb(), to, 3);
                to += 3;
            }
        }
        return result;
    }

    /** Returns where these outputs take their input, by repeated addition as in Pillow's Geometry.c. */
    private static int[] nearestPositions(int from, int to, int first, int count) {
        int[] positions = new int[count];
        double scale = (double) from / to;
        double position = scale * 0.5;
        for (int i = 0; i < first + count; i++) {
            if (i >= first) {
                positions[i - first] = Math.min((int) position, from - 1);
            }
            position += scale;
        }
        return positions;
    }
}
