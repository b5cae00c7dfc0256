package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.Label;
import dev.sensorium.client.MatchOptions;
import dev.sensorium.client.MatchResult;
import dev.sensorium.client.Sensorium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells which of several texts fits a picture. */
@Command(
        name = "match",
        description = "Tells which of several texts fits a picture, best first.",
        footer = {
            "",
            "Examples:",
            "  sensorium match photo.png \"a red circle\" \"a blue square\"",
            "  sensorium match photo.png --labels imagenet.txt --templates clip-imagenet-80 --top 5",
            "  sensorium match photo.png cat dog --json | jq -r '.results[0].text'",
            "  sensorium match photo.png \"a dog above a cat\" --model blip --head itm"
        })
final class MatchCommand implements Callable<Integer> {

    private static final String TEMPLATE_SETS = "clip-imagenet-";
    private static final int MAX_TEXT_COLUMNS = 40;
    private static final int MAX_BAR_COLUMNS = 40;

    private final Root root;

    @Mixin
    private final Processing processing = new Processing();

    @Parameters(index = "0", paramLabel = "PICTURE", description = "A PNG, JPEG, GIF, BMP or WebP file.")
    private Path picture = Path.of("");

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "TEXT", description = "What may be in the picture.")
    private List<String> texts = List.of();

    @Option(names = "--labels", paramLabel = "FILE", description = "A file with further texts, one per line.")
    private Optional<Path> labels = Optional.empty();

    @Option(
            names = "--templates",
            paramLabel = "SET|TEMPLATE",
            description = {
                "Prompt templates: clip-imagenet-80, clip-imagenet-7 (or just 80, 7), or one in so many words,"
                        + " such as \"a photo of a {}.\"; that form may be repeated."
            })
    private List<String> templates = List.of();

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            description = "The way of scoring, where a model has several, such as itm or itc (default: its first).")
    private String head = "";

    @Option(names = "--top", paramLabel = "N", description = "Print only the N best texts.")
    private int top = Integer.MAX_VALUE;

    MatchCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        List<String> all = allTexts();
        if (all.isEmpty()) {
            throw root.usage("no texts (expected: TEXT or --labels FILE)");
        }
        try (Sensorium sensorium = root.connect()) {
            MatchResult match = sensorium.match(Content.image(picture), all, options());
            List<Label> best = match.ranking().stream().limit(top).toList();
            if (root.json()) {
                printJson(match.stats().model(), best);
            } else {
                print(match.stats().model(), best);
            }
            return Failures.OK;
        }
    }

    private List<String> allTexts() throws IOException {
        List<String> all = new ArrayList<>(texts);
        if (labels.isPresent()) {
            try (Stream<String> lines = Files.lines(labels.get())) {
                lines.map(String::strip).filter(line -> !line.isEmpty()).forEach(all::add);
            }
        }
        return all;
    }

    private MatchOptions options() {
        MatchOptions options =
                MatchOptions.DEFAULT.withEmbedding(processing.options()).withHead(head);
        if (templates.isEmpty()) {
            return options;
        }
        if (templates.stream().allMatch(template -> template.contains("{}"))) {
            return options.withTemplates(templates);
        }
        if (templates.size() > 1) {
            throw root.usage("--templates: a set goes alone");
        }
        String set = templates.get(0);
        return options.withTemplateSet(set.matches("[0-9]+") ? TEMPLATE_SETS + set : set);
    }

    private void print(String model, List<Label> best) {
        Terminal terminal = root.terminal();
        terminal.out().println(terminal.strong(picture.toString()) + terminal.faint("  " + model));
        int textColumns = Math.min(
                MAX_TEXT_COLUMNS,
                best.stream()
                        .mapToInt(label -> Columns.width(label.text()))
                        .max()
                        .orElse(0));
        int barColumns = Math.max(10, Math.min(MAX_BAR_COLUMNS, terminal.width() - textColumns - 12));
        for (int i = 0; i < best.size(); i++) {
            Label label = best.get(i);
            String text = Columns.fit(label.text(), textColumns, terminal.unicode());
            String fit = label.probability().isPresent()
                    ? bar(label.probability().getAsDouble(), barColumns, i == 0)
                    : String.format(Locale.ROOT, "%8.4f", label.score());
            terminal.out().println((i == 0 ? terminal.strong(text) : text) + "  " + fit);
        }
    }

    private String bar(double probability, int columns, boolean best) {
        Terminal terminal = root.terminal();
        String bar = Columns.bar(probability, columns, terminal.unicode());
        return (best ? terminal.good(bar) : bar) + String.format(Locale.ROOT, "  %5.1f %%", 100 * probability);
    }

    private void printJson(String model, List<Label> best) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeArrayFieldStart("results");
            for (Label label : best) {
                json.writeStartObject();
                json.writeStringField("content", picture.toString());
                json.writeStringField("text", label.text());
                json.writeNumberField("score", label.score());
                if (label.probability().isPresent()) {
                    json.writeNumberField(
                            "probability", (float) label.probability().getAsDouble());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
