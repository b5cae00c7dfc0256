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
        byte[] from = picture.rgb();
        byte[] to = result.rgb();
        int[] weights = columns.weights();
        for (int y = 0, at = 0; y < rowCount; y++) {
            int row = 3 * ((firstRow + y) * picture.width() - left);
            for (int x = 0; x < columns.count(); x++, at += 3) {
                int red = HALF;
                int green = HALF;
                int blue = HALF;
                int pixel = row + 3 * columns.start(x);
                int tap = columns.offset(x);
                for (int end = tap + columns.length(x); tap < end; tap++, pixel += 3) {
                    int weight = weights[tap];
                    red += weight * (from[pixel] & 0xFF);
                    green += weight * (from[pixel + 1] & 0xFF);
                    blue += weight * (from[pixel + 2] & 0xFF);
                }
                to[at] = clip(red);
                to[at + 1] = clip(green);
                to[at + 2] = clip(blue);
            }
        }
        return result;
    }

    /**
     * Resamples some columns.
     *
     * @param top the row that the picture begins with, as the taps count
     */
    private static Pixels vertical(Pixels picture, Taps rows, int top, int firstColumn, int columnCount) {
        Pixels result = Pixels.black(columnCount, rows.count());
        byte[] from = picture.rgb();
        int[] sums = new int[3 * columnCount];
        for (int y = 0; y < rows.count(); y++) {
            Arrays.fill(sums, HALF);
            for (int t = 0; t < rows.length(y); t++) {
                int weight = rows.weights()[rows.offset(y) + t];
                int row = 3 * ((rows.start(y) - top + t) * picture.width() + firstColumn);
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += weight * (from[row + i] & 0xFF);
                }
            }
            for (int i = 0; i < sums.length; i++) {
                result.rgb()[y * sums.length + i] = clip(sums[i]);
            }
        }
        return result;
    }

    private static byte clip(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
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
