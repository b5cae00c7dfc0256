package dev.sensorium.cli;

import dev.sensorium.client.DrawOptions;
import dev.sensorium.client.Drawing;
import dev.sensorium.client.DrawingEvent;
import dev.sensorium.client.DrawingEvent.Drawn;
import dev.sensorium.client.DrawnPicture;
import dev.sensorium.client.Sensorium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws pictures from words. */
@Command(
        name = "draw",
        description = "Draws pictures from words.",
        footer = {
            "",
            "Examples:",
            "  sensorium draw \"a red circle above a blue square\" -o out.png --seed 7",
            "  sensorium draw \"a green star\" --preview",
            "  sensorium draw \"a green star\" --count 9 --rerank clip-shapes -o star.png",
            "  sensorium draw \"a green star\" --json | jq -r '.images[].file'"
        })
final class DrawCommand implements Callable<Integer> {

    private static final String ENDING = ".png";

    private final Root root;

    @Parameters(paramLabel = "PROMPT", description = "What the pictures are to show.")
    private String prompt = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "out.png",
            description = "Where the picture goes; several go to FILE-1.png, FILE-2.png and so on, the best first if"
                    + " they are ranked (default: ${DEFAULT-VALUE}).")
    private Path output = Path.of("out.png");

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model, NAME or NAME/VERSION (default: the only one that draws).")
    private String model = "";

    @Option(names = "--seed", paramLabel = "SEED", description = "Draw the same with the same seed.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "Draw N pictures, each with the next seed (default: ${DEFAULT-VALUE}).")
    private int count = 1;

    @Option(
            names = "--rerank",
            paramLabel = "NAME",
            description = "Have this model, such as a CLIP, rank the pictures.")
    private String rerank = "";

    @Option(
            names = "--guidance",
            paramLabel = "G",
            description = "How much more the prompt weighs than no prompt; 1 for the prompt alone.")
    private Optional<Double> guidance = Optional.empty();

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Below 1 the likely pieces come more often; 0 for the most likely ones.")
    private Optional<Double> temperature = Optional.empty();

    @Option(names = "--top-k", paramLabel = "K", description = "Choose among the K most likely pieces; 0 for any.")
    private Optional<Integer> topK = Optional.empty();

    @Option(names = "--preview", description = "Show the pictures while they are drawn, if this is a terminal.")
    private boolean preview;

    @Option(
            names = "--preview-interval",
            paramLabel = "N",
            defaultValue = "16",
            description = "Show them whenever N pieces are drawn (default: ${DEFAULT-VALUE}).")
    private int previewInterval = 16;

    @Option(names = "--truncate", description = "Cut a prompt that is too long for the model, instead of failing.")
    private boolean truncate;

    DrawCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        check();
        boolean shown = preview && root.terminal().live() && !root.json();
        try (Sensorium sensorium = root.connect();
                Drawing drawing = sensorium.draw(prompt, options(shown))) {
            watch(drawing, shown);
            tell(drawing);
            return Failures.OK;
        }
    }

    private void check() throws IOException {
        if (count < 1 || previewInterval < 1) {
            throw root.usage(
                    "--count %d, --preview-interval %d (expected: > 0 each)".formatted(count, previewInterval));
        }
        String name = String.valueOf(output.getFileName());
        if (!name.toLowerCase(Locale.ROOT).endsWith(ENDING)) {
            throw root.usage("--output: \"%s\" (expected: a name that ends with .png)".formatted(output));
        }
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
    }

    private DrawOptions options(boolean shown) {
        DrawOptions options = DrawOptions.DEFAULT
                .withModel(model)
                .withCount(count)
                .withRerankModel(rerank)
                .withPreviewInterval(shown ? previewInterval : 0)
                .withTruncatePrompt(truncate);
        options = guidance.map(options::withGuidance).orElse(options);
        options = temperature.map(options::withTemperature).orElse(options);
        options = topK.map(options::withTopK).orElse(options);
        return seed.map(options::withSeed).orElse(options);
    }

    /** Writes the pictures as they come. */
    private void watch(Drawing drawing, boolean shown) throws IOException {
        try (Easel easel = new Easel(root.terminal(), count, shown)) {
            while (drawing.hasNext()) {
                DrawingEvent event = drawing.next();
                if (event instanceof Drawn finished) {
                    finished.drawn().writeTo(file(finished.drawn()));
                }
                if (!root.json()) {
                    easel.show(event);
                }
            }
        }
    }

    private Path file(DrawnPicture picture) {
        if (count == 1) {
            return output;
        }
        String name = String.valueOf(output.getFileName());
        String stem = name.substring(0, name.length() - ENDING.length());
        return output.resolveSibling(stem + "-" + (picture.rank() + 1) + ENDING);
    }

    private void tell(Drawing drawing) {
        List<DrawnPicture> pictures = drawing.result().pictures();
        if (root.json()) {
            print(drawing.result().model(), pictures);
            return;
        }
        Terminal terminal = root.terminal();
        for (DrawnPicture picture : pictures) {
            String score = picture.score().isPresent()
                    ? String.format(Locale.ROOT, "  score %.2f", picture.score().getAsDouble())
                    : "";
            terminal.out().println(file(picture) + "  " + terminal.faint("seed " + picture.seed() + score));
        }
    }

    private void print(String answering, List<DrawnPicture> pictures) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeStringField("model", answering);
            json.writeArrayFieldStart("images");
            for (DrawnPicture picture : pictures) {
                json.writeStartObject();
                json.writeStringField("file", file(picture).toString());
                if (picture.score().isPresent()) {
                    json.writeNumberField("score", (float) picture.score().getAsDouble());
                }
                json.writeNumberField("seed", picture.seed());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
