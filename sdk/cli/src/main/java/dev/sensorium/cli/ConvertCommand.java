package dev.sensorium.cli;

import dev.sensorium.cli.convert.MinDalleFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes folders that the server loads of checkpoints that are published in another form. */
@Command(
        name = "convert",
        description = "Makes a folder that the server loads of min-dalle's files: encoder.pt, decoder.pt, detoker.pt,"
                + " vocab.json and merges.txt. Needs no server, and runs nothing that is in the files.",
        footer = {"", "Examples:", "  sensorium convert pretrained/dalle_bart_mini models/dalle-mini/1"})
final class ConvertCommand implements Callable<Integer> {

    private final Root root;

    @Parameters(index = "0", paramLabel = "FOLDER", description = "Where the files are.")
    private Path source = Path.of("");

    @Parameters(index = "1", paramLabel = "TARGET", description = "The folder to be written.")
    private Path target = Path.of("");

    @Option(
            names = "--heads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Heads of attention, which the files do not tell; heads of the width 64 if not given.")
    private int heads;

    @Option(
            names = "--start",
            paramLabel = "ID",
            defaultValue = "-1",
            description = "The code before the first; dalle-mini's, 16384, if not given. min-dalle's is 16383.")
    private int start;

    ConvertCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(source)) {
            throw root.usage("\"" + source + "\": no such folder");
        }
        List<Path> written = MinDalleFolder.open(source).convert(target, heads, start);
        if (root.json()) {
            Json.print(root.terminal().out(), json -> {
                json.writeStartObject();
                json.writeArrayFieldStart("files");
                for (Path file : written) {
                    json.writeString(file.toString());
                }
                json.writeEndArray();
                json.writeEndObject();
            });
        } else {
            written.forEach(file -> root.terminal().out().println(file));
        }
        return Failures.OK;
    }
}
