package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.Sensorium;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Answers a question about pictures. */
@Command(
        name = "ask",
        description = "Answers a question about a picture, or about several if the model can look at several.",
        footer = {
            "",
            "Examples:",
            "  sensorium ask photo.png \"what color is the circle?\"",
            "  sensorium ask photo.png \"is there a star?\" --allow yes --allow no",
            "  sensorium ask before.png after.png \"what has changed?\" --json",
            "  sensorium ask new.png \"what is this?\" --example pic.png=dax --example pic2.png=blick",
            "  sensorium ask clip.gif \"where does the red circle go?\"",
            "  sensorium ask film.mp4 \"what happens?\" --fps 1 --json | jq .videos"
        })
final class AskCommand implements Callable<Integer> {

    private final Root root;

    @Mixin
    private final Choosing choosing = new Choosing();

    @Mixin
    private final Examples examples = new Examples();

    @Parameters(
            arity = "2..*",
            paramLabel = "PICTURE... QUESTION",
            hideParamSyntax = true,
            description = "PNG, JPEG, GIF, BMP, WebP, MP4 or WebM files, then the question.")
    private List<String> arguments = List.of();

    AskCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        GenerationOptions options = choosing.options(root);
        String question = arguments.get(arguments.size() - 1);
        List<Content> contents = new ArrayList<>();
        for (String file : arguments.subList(0, arguments.size() - 1)) {
            contents.add(examples.read(root, Path.of(file)));
        }
        List<Examples.Example> given = examples.read(root);
        Telling telling = new Telling(root);
        try (Sensorium sensorium = root.connect()) {
            List<Examples.Example> shown = examples.chosen(given, contents.get(0), sensorium);
            contents.add(Content.text(question));
            Prompt prompt = Examples.prompt(shown, Optional.of(question))
                    .user(contents.toArray(new Content[0]))
                    .withTask(GenerationTask.ANSWER);
            telling.tell("", sensorium.generate(prompt, options));
            return Failures.OK;
        }
    }
}
