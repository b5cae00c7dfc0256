package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Item;
import dev.sensorium.client.ItemResult;
import dev.sensorium.client.Sensorium;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns pictures and texts into vectors. */
@Command(
        name = "embed",
        description = "Turns pictures and texts into vectors, of which people see the beginning and programs all.",
        footer = {
            "",
            "Examples:",
            "  sensorium embed photo.png \"a red circle\"",
            "  sensorium embed film.mp4 --fps 1 --json | jq '.results[0].video'",
            "  sensorium embed --text circle --json | jq '.results[0].embedding | length'",
            "  sensorium embed --json - < captions.txt > captions.json"
        })
final class EmbedCommand implements Callable<Integer> {

    private static final int SHOWN = 4;

    private final Root root;

    @Mixin
    private final Processing processing = new Processing();

    @Mixin
    private final Watching watching = new Watching();

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE|TEXT",
            description =
                    "A picture's or a film's file; or a text of more than one word; or -, for texts from the standard input,"
                            + " one per line.")
    private List<String> arguments = List.of();

    @Option(names = "--text", paramLabel = "TEXT", description = "A text, of any form; may be repeated.")
    private List<String> texts = List.of();

    EmbedCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        List<Item> items = new ArrayList<>();
        arguments.forEach(argument -> items.addAll(items(argument)));
        texts.forEach(text -> items.add(text(text)));
        if (items.isEmpty()) {
            throw root.usage("nothing to embed (expected: FILE, TEXT or --text TEXT)");
        }
        watching.requireUse(root);
        try (Sensorium sensorium = root.connect()) {
            return embed(sensorium, items);
        }
    }

    private List<Item> items(String argument) {
        if (argument.equals("-")) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(EmbedCommand::text)
                    .toList();
        }
        boolean words = argument.chars().anyMatch(Character::isWhitespace);
        if (words && !Files.exists(Path.of(argument))) {
            return List.of(text(argument));
        }
        if (!Files.exists(Path.of(argument))) {
            throw root.usage("\"" + argument + "\": no such file (a text of one word goes with --text)");
        }
        return List.of(new Item(argument, watching.read(root, Path.of(argument))));
    }

    private static Item text(String text) {
        return new Item(text, Content.text(text));
    }

    private int embed(Sensorium sensorium, List<Item> items) {
        EmbedOptions options = processing.options();
        List<Item> numbered = IntStream.range(0, items.size())
                .mapToObj(i -> new Item(String.valueOf(i), items.get(i).content()))
                .toList(); // a text may be longer than an id
        List<ItemResult> results = new ArrayList<>();
        try (var stream = sensorium.embedAll(numbered, options)) {
            stream.forEachRemaining(results::add);
        }
        String model = results.stream()
                .map(ItemResult::model)
                .filter(answered -> !answered.isEmpty())
                .findFirst()
                .orElse(options.model());
        if (root.json()) {
            printJson(model, items, results);
        } else {
            print(model, items, results);
        }
        return complain(items, results) ? Failures.FAILED : Failures.OK;
    }

    /** Tells of the items that failed, if any. */
    private boolean complain(List<Item> items, List<ItemResult> results) {
        boolean any = false;
        for (int i = 0; i < results.size(); i++) {
            var error = results.get(i).error();
            if (error.isPresent()) {
                any = true;
                root.terminal().complain("\"" + items.get(i).id() + "\": " + Failures.describe(error.get()));
            }
        }
        return any;
    }

    private void print(String model, List<Item> items, List<ItemResult> results) {
        Terminal terminal = root.terminal();
        int columns = Math.min(
                40,
                items.stream().mapToInt(item -> Columns.width(item.id())).max().orElse(0));
        terminal.out().println(terminal.faint(model));
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).error().isEmpty()) {
                String name = Columns.fit(items.get(i).id(), columns, terminal.unicode());
                terminal.out().println(terminal.strong(name) + "  " + beginning(results.get(i)));
            }
        }
    }

    private static String beginning(ItemResult result) {
        float[] values = result.embedding().values();
        return IntStream.range(0, Math.min(SHOWN, values.length))
                .mapToObj(i -> String.format(Locale.ROOT, "%8.5f", values[i]))
                .collect(Collectors.joining(
                        "  ", "", values.length > SHOWN ? "  ... " + values.length + " numbers" : ""));
    }

    private void printJson(String model, List<Item> items, List<ItemResult> results) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeArrayFieldStart("results");
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i).error().isEmpty()) {
                    json.writeStartObject();
                    json.writeStringField("content", items.get(i).id());
                    Json.array(json, "embedding", results.get(i).embedding().values());
                    var video = results.get(i).embedding().video();
                    if (video.isPresent()) {
                        json.writeFieldName("video");
                        Json.video(json, video.get());
                    }
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
