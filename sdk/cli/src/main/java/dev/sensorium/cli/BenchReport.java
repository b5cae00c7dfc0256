package dev.sensorium.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sensorium.cli.BenchRecorder.Second;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The result of a benchmark.
 *
 * @param setting what was run
 * @param seconds how long it was measured
 * @param latencies latencies of calls, or in a stream of items, in microseconds
 * @param timeline the same by second
 * @param items contents embedded or matched, texts generated, pictures drawn, or actions
 * @param embeddings embeddings that it took, or encodings of contents to generate from
 * @param cacheHits embeddings of these that came from the server's cache
 * @param queueMillis how long a call waited for its turn, on average
 * @param computeMillis how long a call was computed, on average
 * @param batchSize how many items the server computed at once, on average; NaN if not known
 * @param tokens what was generated
 * @param errors how often calls failed, by code
 */
record BenchReport(
        Setting setting,
        double seconds,
        Histogram latencies,
        List<Second> timeline,
        long items,
        long embeddings,
        long cacheHits,
        double queueMillis,
        double computeMillis,
        double batchSize,
        BenchTokens tokens,
        Map<String, Long> errors) {

    private static final double MICROS_PER_MILLI = 1_000;

    /**
     * What a benchmark runs.
     *
     * @param model the model that answers, "name/version"
     * @param method what was called, such as embed
     * @param load how calls are made, such as "16 callers"
     * @param payload what they send
     * @param cache how the server's cache is used
     */
    record Setting(String model, String method, String load, String payload, String cache) {}

    long calls() {
        return latencies.getTotalCount();
    }

    double callsPerSecond() {
        return calls() / seconds;
    }

    double itemsPerSecond() {
        return items / seconds;
    }

    double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    /** Returns the result for people, by name. */
    Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("model", setting.model());
        lines.put("method", setting.method());
        lines.put("load", setting.load());
        lines.put("payload", setting.payload());
        lines.put("cache", setting.cache());
        lines.put("measured", number("%,d answers in %.1f s", calls(), seconds));
        lines.put("throughput", number("%,.1f answers/s, %,.1f items/s", callsPerSecond(), itemsPerSecond()));
        lines.put(
                "latency",
                number(
                        "p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms",
                        millis(50), millis(95), millis(99), millis(100)));
        tokens.addLines(lines, seconds);
        if (embeddings > 0) {
            lines.put(
                    "cache hits",
                    number("%,d of %,d (%.0f %%)", cacheHits, embeddings, 100.0 * cacheHits / embeddings));
        }
        if (computeMillis > 0) {
            lines.put(
                    "at the server", number("queued %.2f ms, computed %.2f ms on average", queueMillis, computeMillis));
        }
        if (!Double.isNaN(batchSize)) {
            lines.put("batch size", number("%.1f items on average", batchSize));
        }
        lines.put(
                "errors",
                errors.isEmpty()
                        ? "none"
                        : errors.entrySet().stream()
                                .map(error -> number("%s %,d", error.getKey(), error.getValue()))
                                .collect(Collectors.joining(", ")));
        return lines;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", setting.model());
        json.writeStringField("method", setting.method());
        json.writeStringField("load", setting.load());
        json.writeStringField("payload", setting.payload());
        json.writeStringField("cache", setting.cache());
        json.writeNumberField("seconds", seconds);
        json.writeNumberField("calls", calls());
        json.writeNumberField("items", items);
        json.writeNumberField("calls_per_second", callsPerSecond());
        json.writeNumberField("items_per_second", itemsPerSecond());
        json.writeObjectFieldStart("latency_ms");
        json.writeNumberField("mean", latencies.getMean() / MICROS_PER_MILLI);
        json.writeNumberField("p50", millis(50));
        json.writeNumberField("p95", millis(95));
        json.writeNumberField("p99", millis(99));
        json.writeNumberField("max", millis(100));
        json.writeEndObject();
        tokens.write(json, seconds);
        json.writeNumberField("embeddings", embeddings);
        json.writeNumberField("cache_hits", cacheHits);
        json.writeNumberField("queue_ms", queueMillis);
        json.writeNumberField("compute_ms", computeMillis);
        if (!Double.isNaN(batchSize)) {
            json.writeNumberField("batch_size", batchSize);
        }
        json.writeObjectFieldStart("errors");
        for (Map.Entry<String, Long> error : errors.entrySet()) {
            json.writeNumberField(error.getKey(), error.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
