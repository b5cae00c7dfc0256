package dev.sensorium.cli;

import dev.sensorium.client.CacheUse;
import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Sensorium;
import dev.sensorium.client.SensoriumException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how much the server does, and how fast. */
@Command(
        name = "bench",
        description = "Measures throughput and latency of a server under load.",
        footer = {
            "",
            "Examples:",
            "  sensorium bench embed --concurrency 16 --duration 30s",
            "  sensorium bench embed --rate 200 --pictures photos/ --html report.html",
            "  sensorium bench embed --stream --concurrency 2 --cache mixed",
            "  sensorium bench match --label cat --label dog --json",
            "  sensorium bench --metrics http://localhost:8080/q/metrics"
        })
final class BenchCommand implements Callable<Integer> {

    private static final List<String> LABELS =
            List.of("a red circle", "a blue square", "a green star", "a yellow cross");

    /** What can be measured. */
    enum Method {
        EMBED,
        MATCH
    }

    /** What the server's cache is to do. */
    enum Cache {
        /** Contents repeat, and after the first time come from the cache. */
        ON(CacheUse.USE, 0),
        /** The cache is left alone. */
        OFF(CacheUse.BYPASS, 0),
        /** Every second content is new. */
        MIXED(CacheUse.USE, 0.5);

        private final CacheUse use;
        private final double freshShare;

        Cache(CacheUse use, double freshShare) {
            this.use = use;
            this.freshShare = freshShare;
        }
    }

    private final Root root;

    @Parameters(arity = "0..1", paramLabel = "METHOD", description = "embed or match (default: embed).")
    private Method method = Method.EMBED;

    @Option(names = "--model", paramLabel = "NAME", description = "The model (default: the only one there is).")
    private String model = "";

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "16",
            description = "Callers, or streams, at once; each waits for its answer (default: ${DEFAULT-VALUE}).")
    private int concurrency = 16;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Calls per second instead, made whether or not those before are answered.")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to measure (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ZERO;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "2s",
            description = "How long to run before (default: ${DEFAULT-VALUE}).")
    private Duration warmUp = Duration.ZERO;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Contents per call (default: ${DEFAULT-VALUE}).")
    private int batch = 1;

    @Option(names = "--stream", description = "Embed in streams instead of by calls.")
    private boolean stream;

    @Option(
            names = "--cache",
            paramLabel = "USE",
            defaultValue = "off",
            description =
                    "The server's cache: on, off, or mixed for one half new contents (default: ${DEFAULT-VALUE}).")
    private Cache cache = Cache.OFF;

    @Option(names = "--text", paramLabel = "TEXT", description = "Send this text; may be repeated.")
    private List<String> texts = List.of();

    @Option(names = "--pictures", paramLabel = "DIR", description = "Send the pictures of this folder.")
    private Optional<Path> pictures = Optional.empty();

    @Option(
            names = "--side",
            paramLabel = "N",
            defaultValue = "224",
            description = "Otherwise send pictures of rectangles, N pixels wide and high (default: ${DEFAULT-VALUE}).")
    private int side = 224;

    @Option(names = "--label", paramLabel = "TEXT", description = "For match: a text to match with; may be repeated.")
    private List<String> labels = LABELS;

    @Option(
            names = "--metrics",
            paramLabel = "URL",
            description = "The server's metrics, from which batch sizes are read.")
    private Optional<URI> metrics = Optional.empty();

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with plots, too.")
    private Optional<Path> html = Optional.empty();

    BenchCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        try (Sensorium sensorium = root.connect()) {
            BenchReport report = measure(sensorium);
            if (html.isPresent()) {
                Files.writeString(html.get(), BenchHtml.page(report));
            }
            if (root.json()) {
                Json.print(root.terminal().out(), report::write);
            } else {
                print(report.lines());
            }
            return report.calls() > 0 ? Failures.OK : Failures.FAILED;
        } catch (CompletionException e) {
            if (e.getCause() instanceof SensoriumException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void check() {
        if (concurrency < 1 || batch < 1 || side < 1 || rate < 0) {
            throw root.usage("--concurrency %d, --batch %d, --side %d, --rate %s (expected: > 0 each)"
                    .formatted(concurrency, batch, side, rate));
        }
        if (stream && (method == Method.MATCH || rate > 0 || batch > 1)) {
            throw root.usage("--stream: embeds, item by item, without --rate and --batch");
        }
        if (!texts.isEmpty() && pictures.isPresent()) {
            throw root.usage("--text and --pictures: one at a time");
        }
    }

    private BenchReport measure(Sensorium sensorium) throws IOException, InterruptedException {
        List<Content> contents = contents();
        EmbedOptions options = EmbedOptions.DEFAULT.withModel(model).withCache(cache.use);
        BenchPayloads payloads = new BenchPayloads(contents, cache.freshShare);
        BenchLoad load =
                new BenchLoad(sensorium, payloads, method == Method.MATCH ? labels : List.of(), batch, options);
        String answering = load.probe();

        BatchSizes before = BatchSizes.read(metrics);
        BenchRecorder recorder = new BenchRecorder(System.nanoTime() + warmUp.toNanos(), duration);
        if (stream) {
            load.streams(concurrency, recorder);
        } else if (rate > 0) {
            load.rate(rate, recorder);
        } else {
            load.callers(concurrency, recorder);
        }
        double batchSize = BatchSizes.read(metrics).averageSince(before);
        return recorder.report(
                new BenchReport.Setting(
                        answering, lower(method), load(), contents.size() + " " + payload(), lower(cache)),
                batchSize);
    }

    private List<Content> contents() throws IOException {
        if (!texts.isEmpty()) {
            return texts.stream().map(text -> (Content) Content.text(text)).toList();
        }
        if (pictures.isEmpty()) {
            return BenchPayloads.generated(side);
        }
        List<Content> found = BenchPayloads.of(Pictures.in(pictures.get()).files());
        if (found.isEmpty()) {
            throw root.usage("--pictures: \"" + pictures.get() + "\" (expected: a folder with pictures)");
        }
        return found;
    }

    private String load() {
        if (rate > 0) {
            return String.format(Locale.ROOT, "%,.0f calls/s of %d", rate, batch);
        }
        return stream ? concurrency + " streams" : concurrency + " callers, " + batch + " per call";
    }

    private String payload() {
        if (!texts.isEmpty()) {
            return "texts";
        }
        return pictures.map(folder -> "pictures of " + folder).orElse("generated pictures, " + side + "x" + side);
    }

    private void print(Map<String, String> lines) {
        Terminal terminal = root.terminal();
        lines.forEach(
                (name, value) -> terminal.out().println(terminal.faint(Columns.fit(name, 13, true)) + "  " + value));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
