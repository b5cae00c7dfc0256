package dev.sensorium.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: 500ms, 1.5s, 2m; without a unit, seconds. */
final class Durations {

    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h|)");

    private Durations() {}

    static Duration parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new TypeConversionException("\"" + text + "\" (expected: a time such as 500ms, 30s or 2m)");
        }
        double seconds = Double.parseDouble(form.group(1))
                * switch (form.group(2)) {
                    case "ms" -> 0.001;
                    case "m" -> 60;
                    case "h" -> 3_600;
                    default -> 1;
                };
        if (seconds < 0.001 || seconds > 1e9) {
            throw new TypeConversionException("\"" + text + "\" (expected: 1ms or more)");
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** Returns for example "1.5 s", "2:05" or "1:02:05". */
    static String show(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
        }
        return seconds < 3_600
                ? "%d:%02d".formatted(seconds / 60, seconds % 60)
                : "%d:%02d:%02d".formatted(seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
}
