package dev.sensorium.kit.decode;

import java.util.List;

/** Text on its way out, of which nothing leaves that may be the beginning of a stop text. */
final class StopTexts {

    private final List<String> stops;
    private String held = "";
    private boolean stopped;

    StopTexts(List<String> stops) {
        this.stops = stops;
    }

    /** Returns whether a stop text came up. */
    boolean stopped() {
        return stopped;
    }

    /** Takes more text and returns what can leave. */
    String next(String text) {
        if (stopped) {
            return "";
        }
        String all = held + text;
        int cut = firstStop(all);
        if (cut >= 0) {
            stopped = true;
            held = "";
            return all.substring(0, cut);
        }
        int leaving = all.length() - beginning(all);
        held = all.substring(leaving);
        return all.substring(0, leaving);
    }

    /** Returns what is left at the end. */
    String end() {
        String rest = held;
        held = "";
        return rest;
    }

    /** Returns the start of the stop text that is the first to be complete, however the text came; -1 if none is. */
    private int firstStop(String text) {
        int start = -1;
        int end = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = text.indexOf(stop);
            int after = at + stop.length();
            if (at >= 0 && (after < end || (after == end && at < start))) {
                start = at;
                end = after;
            }
        }
        return start;
    }

    /** Returns the length of the longest end of a text that a stop text begins with. */
    private int beginning(String text) {
        int longest = 0;
        for (String stop : stops) {
            int length = Math.min(stop.length() - 1, text.length());
            while (length > longest && !text.endsWith(stop.substring(0, length))) {
                length--;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }
}
