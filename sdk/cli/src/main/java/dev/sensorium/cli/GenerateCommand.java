package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.Sensorium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues a prompt. */
@Command(
        name = "generate",
        description = "Continues a prompt of texts and pictures, word by word as the model finds them.",
        footer = {
            "",
            "Examples:",
            "  sensorium generate photo.png --max-tokens 10",
            "  sensorium generate cat.png \"a cat.\" dog.png --temperature 0.7 --seed 1",
            "  sensorium generate photo.png --log-probabilities 3 --json | jq '.tokens[0]'"
        })
final class GenerateCommand implements Callable<Integer> {

    private final Root root;

    @Mixin
    private final Choosing choosing = new Choosing();

    @Parameters(
            arity = "1..*",
            paramLabel = "TEXT|PICTURE",
            description = "What the prompt consists of, in its order: texts, and pictures' files.")
    private List<String> arguments = List.of();

    @Option(names = "--system", paramLabel = "TEXT", description = "The rules that the model is to follow.")
    private String system = "";

    @Option(names = "--prefix", paramLabel = "TEXT", description = "How the model's text is to begin.")
    private String prefix = "";

    GenerateCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        GenerationOptions options = choosing.options(root);
        Content[] contents = arguments.stream().map(this::content).toArray(Content[]::new);
        Prompt prompt = system.isEmpty() ? Prompt.EMPTY : Prompt.EMPTY.system(system);
        try (Sensorium sensorium = root.connect()) {
            new Telling(root)
                    .tell(prefix, sensorium.generate(prompt.user(contents).withPrefix(prefix), options));
            return Failures.OK;
        }
    }

    private Content content(String argument) {
        if (!Pictures.isPicture(argument)) {
            return Content.text(argument);
        }
        if (Files.exists(Path.of(argument))) {
            return Content.image(Path.of(argument));
        }
        if (argument.chars().anyMatch(Character::isWhitespace)) {
            return Content.text(argument); // which ends with a file's name
        }
        throw root.usage("\"" + argument + "\": no such file");
    }
}
