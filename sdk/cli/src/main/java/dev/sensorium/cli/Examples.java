package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Embedding;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.Sensorium;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that show a model pictures or videos, and examples of what to say of them. */
final class Examples {

    @Option(
            names = "--example",
            paramLabel = "FILE=TEXT",
            description = "Show this picture first, and that TEXT is what to say of it; may be repeated.")
    private List<String> examples = List.of();

    @Option(
            names = "--nearest",
            paramLabel = "K",
            description = "Show only the K examples that resemble the first picture most, the most similar one last.")
    private Optional<Integer> nearest = Optional.empty();

    @Option(
            names = "--nearest-by",
            paramLabel = "NAME",
            description = "The model whose embeddings tell what is similar (default: the only one that embeds).")
    private String embedder = "";

    @Mixin
    private final Watching watching = new Watching();

    /**
     * An example.
     *
     * @param content what is shown
     * @param text what is to be said of it
     */
    record Example(Content content, String text) {}

    /** Returns the content in a file. */
    Content read(Root root, Path file) {
        return watching.read(root, file);
    }

    /** Returns the examples that were given; all other files have been read. */
    List<Example> read(Root root) {
        if (nearest.isPresent() && nearest.get() < 1) {
            throw root.usage("--nearest: %d (expected: >= 1)".formatted(nearest.get()));
        }
        List<Example> read = new ArrayList<>();
        for (String example : examples) {
            int end = example.lastIndexOf('=');
            if (end < 1 || end == example.length() - 1) {
                throw root.usage("--example: \"%s\" (expected: FILE=TEXT)".formatted(example));
            }
            read.add(new Example(read(root, Path.of(example.substring(0, end))), example.substring(end + 1)));
        }
        watching.requireUse(root);
        return read;
    }

    /** Returns those of the examples that are to be shown before a content, in order. */
    List<Example> chosen(List<Example> given, Content asked, Sensorium sensorium) {
        if (nearest.isEmpty() || given.isEmpty()) {
            return given;
        }
        List<Content> contents =
                new ArrayList<>(given.stream().map(Example::content).toList());
        contents.add(asked);
        List<Embedding> embeddings = sensorium
                .embed(contents, EmbedOptions.DEFAULT.withModel(embedder))
                .embeddings();
        Embedding wanted = embeddings.get(given.size());
        return IntStream.range(0, given.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> embeddings.get(i).cosine(wanted)))
                .skip(Math.max(0, given.size() - nearest.get()))
                .map(given::get)
                .toList();
    }

    /**
     * Returns the beginning of a prompt: the examples.
     *
     * @param question what is asked about each of them; empty if nothing is
     */
    static Prompt prompt(List<Example> examples, Optional<String> question) {
        Prompt prompt = Prompt.EMPTY;
        for (Example example : examples) {
            List<Content> contents = new ArrayList<>(List.of(example.content()));
            question.map(Content::text).ifPresent(contents::add);
            prompt = prompt.example(example.text(), contents.toArray(new Content[0]));
        }
        return prompt;
    }
}
