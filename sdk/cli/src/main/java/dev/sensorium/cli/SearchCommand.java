package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Embedding;
import dev.sensorium.client.Item;
import dev.sensorium.client.ItemResult;
import dev.sensorium.client.Sensorium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the pictures of a folder that fit a text best. */
@Command(
        name = "search",
        description = {
            "Finds the pictures of a folder, and of the folders in it, that fit a text best.",
            "The server keeps embeddings in its cache, so that the next search in the same folder is faster."
        },
        footer = {
            "",
            "Examples:",
            "  sensorium search \"a blue star\" pictures/",
            "  sensorium search \"a dog on a beach\" ~/Pictures --top 20 --json | jq -r '.results[].content'"
        })
final class SearchCommand implements Callable<Integer> {

    private final Root root;

    @Mixin
    private final Processing processing = new Processing();

    @Parameters(index = "0", paramLabel = "QUERY", description = "What to look for, in words.")
    private String query = "";

    @Parameters(index = "1", paramLabel = "DIR", description = "The folder with the pictures.")
    private Path folder = Path.of("");

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many pictures to print (default: ${DEFAULT-VALUE}).")
    private int top = 10;

    private final Map<String, String> skipped = new TreeMap<>();
    private int cacheHits;
    private String model = "";

    /** A picture and the cosine of its embedding with the query's. */
    private record Hit(String content, double score) {}

    SearchCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw root.usage("--top: " + top + " (expected: >= 1)");
        }
        if (!Files.isDirectory(folder)) {
            throw root.usage("\"" + folder + "\" (expected: a folder)");
        }
        Pictures pictures = Pictures.in(folder);
        if (pictures.files().isEmpty()) {
            root.terminal()
                    .complain("\"" + folder + "\": no pictures (expected: .png, .jpg, .gif, .bmp or .webp files)");
            return Failures.FAILED;
        }
        pictures.unreadable().forEach((path, reason) -> skipped.put(path.toString(), reason));
        try (Sensorium sensorium = root.connect()) {
            EmbedOptions options = processing.options();
            Embedding wanted = sensorium.embed(Content.text(query), options);
            List<Hit> best = best(sensorium, wanted, pictures.files(), options);
            if (root.json()) {
                printJson(best);
            } else {
                print(best);
            }
            return Failures.OK;
        }
    }

    private List<Hit> best(Sensorium sensorium, Embedding wanted, List<Path> files, EmbedOptions options) {
        PriorityQueue<Hit> best = new PriorityQueue<>(Comparator.comparingDouble(Hit::score));
        Terminal terminal = root.terminal();
        try (var progress = new Progress(terminal, "embedding", files.size());
                var results = sensorium.embedAll(new Readable(files.iterator(), progress), options)) {
            while (results.hasNext()) {
                ItemResult result = results.next();
                progress.step();
                take(result, wanted, best);
            }
            progress.close();
            summarize(terminal, files.size(), progress);
        }
        return best.stream()
                .sorted(Comparator.comparingDouble(Hit::score).reversed().thenComparing(Hit::content))
                .toList();
    }

    private void take(ItemResult result, Embedding wanted, PriorityQueue<Hit> best) {
        var error = result.error();
        if (error.isPresent()) {
            skipped.put(result.id(), Failures.describe(error.get()));
            return;
        }
        model = result.model();
        cacheHits += result.cacheHit() ? 1 : 0;
        best.add(new Hit(result.id(), result.embedding().cosine(wanted)));
        if (best.size() > top) {
            best.remove();
        }
    }

    private void summarize(Terminal terminal, int found, Progress progress) {
        if (!root.json()) {
            terminal.err()
                    .println(String.format(
                            Locale.ROOT,
                            "%,d %s in %s (%,.0f/s), %,d from the server's cache, %,d skipped",
                            found,
                            found == 1 ? "picture" : "pictures",
                            Durations.show(progress.elapsed()),
                            progress.rate(),
                            cacheHits,
                            skipped.size()));
        }
        skipped.forEach((content, reason) -> terminal.err().println("  skipped " + content + ": " + reason));
        terminal.err().flush();
    }

    private void print(List<Hit> best) {
        Terminal terminal = root.terminal();
        for (int i = 0; i < best.size(); i++) {
            Hit hit = best.get(i);
            String score = String.format(Locale.ROOT, "%6.3f", hit.score());
            terminal.out().println((i == 0 ? terminal.good(score) : score) + "  " + hit.content());
        }
    }

    private void printJson(List<Hit> best) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeArrayFieldStart("results");
            for (Hit hit : best) {
                json.writeStartObject();
                json.writeStringField("content", hit.content());
                json.writeNumberField("score", hit.score());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("cache_hits", cacheHits);
            json.writeArrayFieldStart("skipped");
            for (Map.Entry<String, String> skip : skipped.entrySet()) {
                json.writeStartObject();
                json.writeStringField("content", skip.getKey());
                json.writeStringField("reason", skip.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** The pictures that can be read, as they are asked for; the others are skipped. */
    private final class Readable implements Iterator<Item> {

        private final Iterator<Path> files;
        private final Progress progress;
        private @Nullable Item next;

        Readable(Iterator<Path> files, Progress progress) {
            this.files = files;
            this.progress = progress;
        }

        @Override
        public boolean hasNext() {
            while (next == null && files.hasNext()) {
                Path file = files.next();
                try {
                    next = new Item(file.toString(), Content.image(file));
                } catch (UncheckedIOException e) {
                    skipped.put(file.toString(), Failures.describe(e));
                    progress.step();
                }
            }
            return next != null;
        }

        @Override
        public Item next() {
            Item item = Objects.requireNonNull(next, "next: none (expected: hasNext)");
            next = null;
            return item;
        }
    }
}
