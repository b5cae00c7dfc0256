package dev.sensorium.kit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The EXIF orientation: how a picture is to be turned or mirrored to stand upright (tag 0x0112, values 1 to 8). */
final class Orientation {

    private static final int TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;

    private Orientation() {}

    /** Returns the orientation in this EXIF block, a TIFF header with its directories; 1 if it has none or is broken. */
    static int read(ByteBuffer exif) {
        ByteBuffer tiff = exif.slice();
        if (tiff.remaining() < 8) {
            return 1;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return 1;
        }
        int entries = Short.toUnsignedInt(tiff.getShort(directory));
        int at = directory + 2;
        for (int i = 0; i < entries && at <= tiff.limit() - ENTRY_BYTES; i++, at += ENTRY_BYTES) {
            if (Short.toUnsignedInt(tiff.getShort(at)) == TAG) {
                int value = Short.toUnsignedInt(tiff.getShort(at + 8));
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }

    /** Returns the picture as it is meant to be seen, like Pillow's {@code ImageOps.exif_transpose}. */
    static Pixels apply(int orientation, Pixels stored) {
        if (orientation == 1) {
            return stored;
        }
        boolean swapped = orientation >= 5;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        Pixels upright =
                swapped ? Pixels.black(stored.height(), stored.width()) : Pixels.black(stored.width(), stored.height());
        for (int y = 0, to = 0; y < upright.height(); y++) {
            for (int x = 0; x < upright.width(); x++, to += 3) {
                int column = swapped ? y : x;
                int row = swapped ? x : y;
                column = fromRight ? stored.width() - 1 - column : column;
                row = fromBottom ? stored.height() - 1 - row : row;
                System.arraycopy(stored.rgb(), 3 * (row * stored.width() + column), upright.rgb(), to, 3);
            }
        }
        return upright;
    }
}
