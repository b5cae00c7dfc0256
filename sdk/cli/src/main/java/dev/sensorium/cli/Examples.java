package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.Prompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands that show a model pictures or videos, and examples of what to say of them. */
final class Examples {

    @Option(
            names = "--example",
            paramLabel = "FILE=TEXT",
            description = "Show this picture first, and that TEXT is what to say of it; may be repeated.")
    private List<String> examples = List.of();

    @Option(names = "--video", description = "The files are videos, such as animated GIFs.")
    private boolean video;

    /** Returns the content in a file. */
    Content read(Path file) {
        return video ? Content.videoFile(file) : Content.image(file);
    }

    /**
     * Returns the beginning of a prompt: the examples.
     *
     * @param question what is asked about each of them; empty if nothing is
     */
    Prompt prompt(Root root, Optional<String> question) {
        Prompt prompt = Prompt.EMPTY;
        for (String example : examples) {
            int end = example.lastIndexOf('=');
            if (end < 1 || end == example.length() - 1) {
                throw root.usage("--example: \"%s\" (expected: FILE=TEXT)".formatted(example));
            }
            List<Content> contents = new ArrayList<>(List.of(read(Path.of(example.substring(0, end)))));
            question.map(Content::text).ifPresent(contents::add);
            prompt = prompt.example(example.substring(end + 1), contents.toArray(new Content[0]));
        }
        return prompt;
    }
}
