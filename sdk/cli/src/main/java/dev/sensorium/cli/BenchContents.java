package dev.sensorium.cli;

import dev.sensorium.client.Content;
import dev.sensorium.client.environment.Environments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what a benchmark sends. */
final class BenchContents {

    private static final List<String> LABELS =
            List.of("a red circle", "a blue square", "a green star", "a yellow cross");
    private static final String QUESTION = "what color is the circle?";

    @Option(names = "--text", paramLabel = "TEXT", description = "Send this text, or have it drawn; may be repeated.")
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
            names = "--question",
            paramLabel = "TEXT",
            description = "For answer and generate: what to ask about each content (default for answer: \"" + QUESTION
                    + "\").")
    private Optional<String> question = Optional.empty();

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            defaultValue = "cartpole",
            description = "For act: what to play, cartpole, grid or pendulum (default: ${DEFAULT-VALUE}).")
    private String environment = "cartpole";

    List<String> labels() {
        return labels;
    }

    /** Returns what is asked when there must be a question. */
    String question() {
        return question.orElse(QUESTION);
    }

    /** Returns what was given to be asked. */
    Optional<String> givenQuestion() {
        return question;
    }

    /** Returns what is played. */
    String environment() {
        return environment;
    }

    void check(Root root) {
        if (Environments.named(environment).isEmpty()) {
            throw root.usage(
                    "--environment: \"%s\" (expected: one of %s)".formatted(environment, Environments.names()));
        }
        if (side < 1) {
            throw root.usage("--side: %d (expected: > 0)".formatted(side));
        }
        if (!texts.isEmpty() && pictures.isPresent()) {
            throw root.usage("--text and --pictures: one at a time");
        }
    }

    List<Content> read(Root root) throws IOException {
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

    /** Returns what is to be drawn. */
    List<Content> prompts() {
        return (texts.isEmpty() ? LABELS : texts)
                .stream().map(text -> (Content) Content.text(text)).toList();
    }

    /** Returns what so many contents are, in words. */
    String describe(int count) {
        if (!texts.isEmpty()) {
            return count + " texts";
        }
        return count + " "
                + pictures.map(folder -> "pictures of " + folder).orElse("generated pictures, " + side + "x" + side);
    }
}
