package dev.sensorium.cli;

import dev.sensorium.cli.BenchCalls.Answered;
import dev.sensorium.client.ActOptions;
import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.GenerationTask;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  sensorium bench caption --max-tokens 20 --concurrency 8",
            "  sensorium bench answer --question \"how many objects are there?\"",
            "  sensorium bench draw --text \"a red circle\" --concurrency 8 --duration 60s",
            "  sensorium bench act --environment cartpole --concurrency 64",
            "  sensorium bench --metrics http://localhost:8080/q/metrics"
        })
final class BenchCommand implements Callable<Integer> {

    /** What can be measured. */
    enum Method {
        EMBED,
        MATCH,
        CAPTION,
        ANSWER,
        GENERATE,
        DRAW,
        ACT;

        /** Tells whether texts come out. */
        boolean generates() {
            return this == CAPTION || this == ANSWER || this == GENERATE;
        }
    }

    private final Root root;

    @Mixin
    private final BenchContents contents = new BenchContents();

    @Mixin
    private final Choosing choosing = new Choosing();

    @Parameters(
            arity = "0..1",
            paramLabel = "METHOD",
            description = "embed, match, caption, answer, generate, draw or act (default: embed).")
    private Method method = Method.EMBED;

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
                    "The server's cache: on, off (to generate: by new contents only), new for new contents only, or"
                            + " mixed for one half new contents (default: ${DEFAULT-VALUE}).")
    private BenchCache cache = BenchCache.OFF;

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
        if (concurrency < 1 || batch < 1 || rate < 0) {
            throw root.usage(
                    "--concurrency %d, --batch %d, --rate %s (expected: > 0 each)".formatted(concurrency, batch, rate));
        }
        if (stream && (method != Method.EMBED || rate > 0 || batch > 1)) {
            throw root.usage("--stream: embeds, item by item, without --rate and --batch");
        }
        if (method != Method.EMBED && method != Method.MATCH && batch > 1) {
            throw root.usage("--batch: %d (expected: 1 to generate, draw or act)".formatted(batch));
        }
        contents.check(root);
    }

    private BenchReport measure(Sensorium sensorium) throws IOException, InterruptedException {
        List<Content> sent =
                switch (method) {
                    case ACT -> List.of();
                    case DRAW -> contents.prompts();
                    default -> contents(freshShare() > 0 && method.generates());
                };
        String payload =
                switch (method) {
                    case ACT -> contents.environment();
                    case DRAW -> sent.size() + " prompts";
                    default -> contents.describe(sent.size());
                };
        BenchPayloads payloads = new BenchPayloads(sent, freshShare());
        BenchCalls calls = new BenchCalls(sensorium, payloads);
        BenchLoad load = new BenchLoad(calls(calls));
        String answering = load.probe();

        BatchSizes before = BatchSizes.read(metrics);
        BenchRecorder recorder = new BenchRecorder(System.nanoTime() + warmUp.toNanos(), duration);
        if (stream) {
            BenchLoad.streams(calls, embedding(), concurrency, recorder);
        } else if (rate > 0) {
            load.rate(rate, recorder);
        } else {
            load.callers(concurrency, recorder);
        }
        double batchSize = BatchSizes.read(metrics).averageSince(before);
        return recorder.report(
                new BenchReport.Setting(answering, lower(method), load(), payload, lower(cache)), batchSize);
    }

    /** Encoded pictures are kept by their pixels, so a new one needs others, which are quickest put into a bitmap. */
    private List<Content> contents(boolean newPixels) throws IOException {
        List<Content> read = contents.read(root);
        return newPixels ? BenchPayloads.bitmaps(read) : read;
    }

    /** Captions and answers come token by token where the model is made for them. */
    private Supplier<CompletableFuture<Answered>> calls(BenchCalls calls) {
        GenerationOptions options = choosing.options(root);
        return switch (method) {
            case EMBED -> calls.embed(batch, embedding());
            case MATCH -> calls.match(contents.labels(), batch, embedding());
            case GENERATE -> calls.generate(contents.givenQuestion(), options);
            case DRAW -> calls.draw(choosing.drawing());
            case ACT ->
                new BenchPlayers(
                        calls.sensorium(), contents.environment(), ActOptions.DEFAULT.withModel(choosing.model()))::act;
            case CAPTION ->
                Tasks.specialist(calls.sensorium(), choosing.model(), GenerationTask.CAPTION)
                        .map(model -> calls.generate(Optional.empty(), options.withModel(model)))
                        .orElseGet(() -> calls.caption(options));
            case ANSWER ->
                Tasks.specialist(calls.sensorium(), choosing.model(), GenerationTask.ANSWER)
                        .map(model -> calls.generate(Optional.of(contents.question()), options.withModel(model)))
                        .orElseGet(() -> calls.answer(contents.question(), options));
        };
    }

    private EmbedOptions embedding() {
        return choosing.embedding().withCache(cache.use());
    }

    /** The cache of encoded contents cannot be told to keep out of the way. */
    private double freshShare() {
        return method.generates() && cache == BenchCache.OFF ? 1 : cache.freshShare();
    }

    private String load() {
        if (rate > 0) {
            return String.format(Locale.ROOT, "%,.0f calls/s of %d", rate, batch);
        }
        return stream ? concurrency + " streams" : concurrency + " callers, " + batch + " per call";
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
