package dev.sensorium.cli;

import dev.sensorium.client.ModelDescription;
import dev.sensorium.client.Sensorium;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells all about one model. */
@Command(
        name = "model",
        description = "Tells all about one model.",
        footer = {"", "Examples:", "  sensorium model clip-shapes", "  sensorium model clip-shapes/1 --json"})
final class ModelCommand implements Callable<Integer> {

    private final Root root;

    @Parameters(paramLabel = "NAME", description = "The model, NAME for its newest version or NAME/VERSION.")
    private String name = "";

    ModelCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Sensorium sensorium = root.connect()) {
            ModelDescription model = sensorium.model(name);
            if (root.json()) {
                Json.print(root.terminal().out(), json -> ModelFields.write(json, model));
            } else {
                print(ModelFields.lines(model));
            }
            return Failures.OK;
        }
    }

    private void print(Map<String, String> lines) {
        Terminal terminal = root.terminal();
        int columns = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        lines.forEach((name, value) ->
                terminal.out().println(terminal.faint(Columns.fit(name, columns, terminal.unicode())) + "  " + value));
    }
}
