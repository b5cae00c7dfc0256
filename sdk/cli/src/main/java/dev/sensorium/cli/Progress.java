package dev.sensorium.cli;

import java.time.Duration;
import java.util.Locale;

/** A progress bar on a line that it writes over, at most ten times a second; nothing if that cannot be done. */
final class Progress implements AutoCloseable {

    private static final long INTERVAL_NANOS = 100_000_000;
    private static final int BAR_COLUMNS = 30;

    private final Terminal terminal;
    private final String what;
    private final int total;
    private final long begin = System.nanoTime();
    private long shown = begin - INTERVAL_NANOS;
    private int done;

    Progress(Terminal terminal, String what, int total) {
        this.terminal = terminal;
        this.what = what;
        this.total = total;
    }

    void step() {
        reach(done + 1);
    }

    /** Shows that so many steps are done. */
    void reach(int steps) {
        done = steps;
        long now = System.nanoTime();
        if (terminal.live() && (now - shown >= INTERVAL_NANOS || done == total)) {
            shown = now;
            terminal.err().print("\r" + line() + "\u001b[K");
            terminal.err().flush();
        }
    }

    /** Returns how long it has taken. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Returns steps per second. */
    double rate() {
        return done / Math.max(1e-9, elapsed().toNanos() / 1e9);
    }

    private String line() {
        Duration left = Duration.ofMillis((long) (1_000 * (total - done) / Math.max(1e-9, rate())));
        return String.format(
                Locale.ROOT,
                "%s  %s  %,d/%,d  %,.0f/s  %s left",
                what,
                Columns.bar((double) done / total, BAR_COLUMNS, terminal.unicode()),
                done,
                total,
                rate(),
                Durations.show(left));
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (terminal.live()) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
