package dev.sensorium.cli;

import dev.sensorium.cli.BenchRecorder.Second;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** A benchmark's report as one HTML file that needs nothing else. */
final class BenchHtml {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 220;
    private static final int LEFT = 60;
    private static final int BOTTOM = 30;
    private static final int TOP = 12;

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>sensorium bench</title>
            <style>
            body { font: 15px system-ui, sans-serif; margin: 2em auto; max-width: 740px; color: #222; }
            h1 { font-size: 1.4em; } h2 { font-size: 1.05em; margin-top: 1.8em; }
            table { border-collapse: collapse; } td { padding: .25em 1.2em .25em 0; vertical-align: top; }
            td:first-child { color: #777; }
            svg { background: #fafafa; } text { font-size: 11px; fill: #777; }
            .grid { stroke: #ddd; } .a { stroke: #0969da; fill: none; stroke-width: 2; }
            .b { stroke: #cf222e; fill: none; stroke-width: 2; }
            </style>
            </head>
            <body>
            <h1>sensorium bench</h1>
            <table>
            %s
            </table>
            <h2>Answers per second</h2>
            %s
            <h2>Latency by second, ms: p50 in blue, p99 in red</h2>
            %s
            <h2>Latency by percentile, ms</h2>
            %s
            %s
            </body>
            </html>
            """;

    private static final String TOKENS =
            """
            <h2>Time to the first token by percentile, ms</h2>
            %s
            <h2>Time per further token by percentile, ms</h2>
            %s
            """;

    private static final List<Double> PERCENTILES = List.of(0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 100.0);

    private static final List<Double> STEPS = List.of(1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5);

    private BenchHtml() {}

    static String page(BenchReport report) {
        List<Second> timeline = report.timeline();
        List<String> seconds = IntStream.rangeClosed(1, timeline.size())
                .mapToObj(second -> second + " s")
                .toList();
        String rates = plot(seconds, List.of(series(timeline, Histogram::getTotalCount)));
        String latencies = plot(
                seconds,
                List.of(
                        series(timeline, latency -> latency.getValueAtPercentile(50) / 1_000.0),
                        series(timeline, latency -> latency.getValueAtPercentile(99) / 1_000.0)));
        String percentiles = plot(
                percentileNames(),
                List.of(PERCENTILES.stream().map(report::millis).toList()));
        return PAGE.formatted(table(report.lines()), rates, latencies, percentiles, tokens(report.tokens()));
    }

    private static String tokens(BenchTokens tokens) {
        if (!tokens.streamed()) {
            return "";
        }
        return TOKENS.formatted(
                plot(percentileNames(), List.of(byPercentile(tokens.first()))),
                plot(percentileNames(), List.of(byPercentile(tokens.others()))));
    }

    private static List<String> percentileNames() {
        return PERCENTILES.stream().map(percentile -> "p" + show(percentile)).toList();
    }

    private static List<Double> byPercentile(Histogram times) {
        return PERCENTILES.stream()
                .map(percentile -> BenchTokens.millis(times, percentile))
                .toList();
    }

    private static String table(Map<String, String> lines) {
        return lines.entrySet().stream()
                .map(line ->
                        "<tr><td>%s</td><td>%s</td></tr>".formatted(escape(line.getKey()), escape(line.getValue())))
                .collect(Collectors.joining("\n"));
    }

    private static List<Double> series(List<Second> timeline, ToDoubleFunction<Histogram> value) {
        return timeline.stream()
                .map(second -> value.applyAsDouble(second.latencies()))
                .toList();
    }

    /** Returns lines over evenly spaced points; the vertical axis begins at 0. */
    private static String plot(List<String> names, List<List<Double>> lines) {
        double max = 4
                * roundUp(lines.stream()
                                .flatMap(List::stream)
                                .mapToDouble(Double::doubleValue)
                                .max()
                                .orElse(1)
                        / 4);
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" width=\"100%%\">%n".formatted(WIDTH, HEIGHT));
        for (int i = 0; i <= 4; i++) {
            double y = y(max * i / 4, max);
            svg.append(
                    format("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n", LEFT, WIDTH, y, y));
            svg.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n", LEFT - 6, y + 4, show(max * i / 4)));
        }
        int step = Math.max(1, names.size() / 12);
        for (int i = 0; i < names.size(); i += step) {
            svg.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x(i, names.size()), HEIGHT - 10, escape(names.get(i))));
        }
        for (int i = 0; i < lines.size(); i++) {
            svg.append(line(lines.get(i), max, i == 0 ? "a" : "b"));
        }
        return svg.append("</svg>").toString();
    }

    /** Returns the least of 1, 1.5, 2, 2.5, 3, 4, 5 and 7.5, times a power of ten, that is not below the value. */
    private static double roundUp(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        return STEPS.stream()
                .mapToDouble(step -> step * power)
                .filter(rounded -> rounded >= value)
                .findFirst()
                .orElse(10 * power);
    }

    private static String line(List<Double> values, double max, String style) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> format("%.1f,%.1f", x(i, values.size()), y(values.get(i), max)))
                .collect(Collectors.joining(" ", "<polyline class=\"" + style + "\" points=\"", "\"/>\n"));
    }

    private static double x(int index, int count) {
        return LEFT + 20 + (WIDTH - LEFT - 40.0) * index / Math.max(1, count - 1);
    }

    private static double y(double value, double max) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / Math.max(1e-9, max);
    }

    private static String show(double value) {
        return value >= 100 || value == Math.rint(value) ? format("%,.0f", value) : format("%.1f", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
