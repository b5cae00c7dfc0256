package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.Sensorium;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in a picture. */
@Command(
        name = "caption",
        description = "Says what is in a picture, word by word as the model finds them.",
        footer = {
            "",
            "Examples:",
            "  sensorium caption photo.png",
            "  sensorium caption photo.png --prefix \"a picture of\" --beams 3",
            "  sensorium caption photo.png --example pic.png=\"a dax above a blick\"",
            "  sensorium caption photo.png --json | jq -r .text"
        })
final class CaptionCommand implements Callable<Integer> {

    private final Root root;

    @Mixin
    private final Choosing choosing = new Choosing();

    @Mixin
    private final Examples examples = new Examples();

    @Parameters(paramLabel = "PICTURE", description = "A PNG, JPEG, GIF, BMP, WebP, MP4 or WebM file.")
    private Path picture = Path.of("");

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "How the caption is to begin, such as \"a picture of\".")
    private String prefix = "";

    CaptionCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        GenerationOptions options = choosing.options(root);
        Content content = examples.read(root, picture);
        List<Examples.Example> given = examples.read(root);
        Telling telling = new Telling(root);
        try (Sensorium sensorium = root.connect()) {
            Prompt prompt = Examples.prompt(examples.chosen(given, content, sensorium), Optional.empty())
                    .user(content)
                    .withPrefix(prefix)
                    .withTask(GenerationTask.CAPTION);
            telling.tell(prefix, sensorium.generate(prompt, options));
            return Failures.OK;
        }
    }
}
