package dev.sensorium.kit.image;

/**
 * A picture as lines of pixels, its columns or its rows.
 *
 * @param origin where the first pixel of the first line lies
 * @param next how many bytes after a line's pixel the next line's lies
 * @param step how many bytes after a pixel its line's next one lies
 */
@SuppressWarnings("ArrayRecordComponent") // a view of a picture, never compared
record Lines(byte[] rgb, int origin, int next, int step) {

    /** Returns the columns of a picture that is the part of a larger one from this column on, from this row on. */
    static Lines columns(Pixels picture, int left, int firstRow) {
        return new Lines(picture.rgb(), 3 * (firstRow * picture.width() - left), 3, 3 * picture.width());
    }

    /** Returns the rows of a picture that is the part of a larger one from this row on, from this column on. */
    static Lines rows(Pixels picture, int top, int firstColumn) {
        return new Lines(picture.rgb(), 3 * (firstColumn - top * picture.width()), 3 * picture.width(), 3);
    }

    /** Reads as many values of a line as there is room for, from a pixel on. */
    void read(int line, int pixel, int[] values) {
        int at = origin + line * next + pixel * step;
        for (int i = 0; i < values.length; i += 3, at += step) {
            values[i] = rgb[at] & 0xFF;
            values[i + 1] = rgb[at + 1] & 0xFF;
            values[i + 2] = rgb[at + 2] & 0xFF;
        }
    }

    /** Writes the low bytes of values into a line, from a pixel on. */
    void write(int line, int pixel, int[] values) {
        int at = origin + line * next + pixel * step;
        for (int i = 0; i < values.length; i += 3, at += step) {
            rgb[at] = (byte) values[i];
            rgb[at + 1] = (byte) values[i + 1];
            rgb[at + 2] = (byte) values[i + 2];
        }
    }
}
