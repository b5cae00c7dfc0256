package dev.sensorium.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a benchmark generated.
 *
 * @param count how many tokens
 * @param first how long the first token of a text took, in microseconds; empty if texts came as wholes
 * @param others how long a text's other tokens took each, on average over the text, in microseconds
 */
record BenchTokens(long count, Histogram first, Histogram others) {

    private static final double MICROS_PER_MILLI = 1_000;

    boolean streamed() {
        return first.getTotalCount() > 0;
    }

    void addLines(Map<String, String> lines, double seconds) {
        if (count == 0) {
            return;
        }
        lines.put("tokens", String.format(Locale.ROOT, "%,d, %,.1f tokens/s", count, count / seconds));
        if (streamed()) {
            lines.put("first token", percentiles(first));
            lines.put("other tokens", percentiles(others) + " each");
        }
    }

    void write(JsonGenerator json, double seconds) throws IOException {
        if (count == 0) {
            return;
        }
        json.writeNumberField("tokens", count);
        json.writeNumberField("tokens_per_second", count / seconds);
        if (streamed()) {
            write(json, "first_token_ms", first);
            write(json, "token_ms", others);
        }
    }

    private static void write(JsonGenerator json, String name, Histogram times) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("mean", times.getMean() / MICROS_PER_MILLI);
        json.writeNumberField("p50", millis(times, 50));
        json.writeNumberField("p99", millis(times, 99));
        json.writeEndObject();
    }

    private static String percentiles(Histogram times) {
        return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", millis(times, 50), millis(times, 99));
    }

    static double millis(Histogram times, double percentile) {
        return times.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }
}
