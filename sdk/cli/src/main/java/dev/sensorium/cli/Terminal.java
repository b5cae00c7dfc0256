package dev.sensorium.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes, and what can be shown there.
 *
 * @param out for results
 * @param err for everything else
 * @param colours whether results may be coloured
 * @param unicode whether there are characters beyond ASCII
 * @param live whether a line on {@code err} can be written over
 * @param width how many columns there are
 */
record Terminal(PrintWriter out, PrintWriter err, boolean colours, boolean unicode, boolean live, int width) {

    private static final int USUAL_WIDTH = 80;

    /**
     * Returns what this process writes to. Java itself cannot tell which of its outputs are terminals, so the launcher
     * does, in {@code sensorium.out.terminal} and {@code sensorium.err.terminal}; without it they are if both are. What
     * does not go to a terminal is UTF-8.
     */
    static Terminal ofProcess(Map<String, String> environment, Properties properties) {
        String both = String.valueOf(System.console() != null);
        boolean out = Boolean.parseBoolean(properties.getProperty("sensorium.out.terminal", both));
        boolean err = Boolean.parseBoolean(properties.getProperty("sensorium.err.terminal", both));
        Charset local = Charset.forName(properties.getProperty("native.encoding", "UTF-8"));
        boolean dumb = "dumb".equals(environment.get("TERM"));
        return new Terminal(
                writer(FileDescriptor.out, out ? local : StandardCharsets.UTF_8),
                writer(FileDescriptor.err, err ? local : StandardCharsets.UTF_8),
                out && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                !out || local.equals(StandardCharsets.UTF_8),
                err && !dumb,
                columns(environment.get("COLUMNS")));
    }

    /** Returns the text in bold, if there are colours. */
    String strong(String text) {
        return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    /** Returns the text faint, if there are colours. */
    String faint(String text) {
        return colours ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    /** Returns the text in green, if there are colours. */
    String good(String text) {
        return colours ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    /** Returns the text in red, if there are colours. */
    String bad(String text) {
        return colours ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    /** Prints a complaint. */
    void complain(String message) {
        err.println("sensorium: " + message);
        err.flush();
    }

    private static PrintWriter writer(FileDescriptor target, Charset charset) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(target), charset), false);
    }

    private static int columns(@Nullable String columns) {
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : USUAL_WIDTH;
    }
}
