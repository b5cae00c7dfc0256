package dev.sensorium.cli;

/** Text in columns, and bars, as terminals show them. */
final class Columns {

    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    private Columns() {}

    /** Returns how many columns a text takes: ideographs and most emoji take two, marks that combine none. */
    static int width(String text) {
        return text.codePoints().map(Columns::width).sum();
    }

    private static int width(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (point >= 0x1100 && point <= 0x115f)
                || (point >= 0x2e80 && point <= 0xa4cf)
                || (point >= 0xac00 && point <= 0xd7a3)
                || (point >= 0xf900 && point <= 0xfaff)
                || (point >= 0xfe30 && point <= 0xfe6f)
                || (point >= 0xff00 && point <= 0xff60)
                || (point >= 0xffe0 && point <= 0xffe6)
                || (point >= 0x1f300 && point <= 0x1faff)
                || (point >= 0x20000 && point <= 0x3fffd);
        return wide ? 2 : 1;
    }

    /** Returns the text in exactly this many columns, filled up or cut with an ellipsis. */
    static String fit(String text, int columns, boolean unicode) {
        int width = width(text);
        if (width <= columns) {
            return text + " ".repeat(columns - width);
        }
        String ellipsis = unicode ? "…" : "~";
        StringBuilder kept = new StringBuilder();
        int used = 1;
        for (int point : text.codePoints().toArray()) {
            if (used + width(point) > columns) {
                break;
            }
            kept.appendCodePoint(point);
            used += width(point);
        }
        return kept + ellipsis + " ".repeat(Math.max(0, columns - used));
    }

    /** Returns a bar that fills this share, 0 to 1, of this many columns. */
    static String bar(double share, int columns, boolean unicode) {
        double filled = Math.max(0, Math.min(1, share)) * columns;
        if (!unicode) {
            int whole = (int) Math.round(filled);
            return "#".repeat(whole) + " ".repeat(columns - whole);
        }
        int eighths = (int) Math.round(filled * 8);
        String full = "█".repeat(eighths / 8);
        return eighths % 8 == 0
                ? full + " ".repeat(columns - eighths / 8)
                : full + EIGHTHS.charAt(eighths % 8) + " ".repeat(columns - eighths / 8 - 1);
    }
}
