package dev.sensorium.cli;

import dev.sensorium.client.ModelDescription;
import dev.sensorium.client.ModelState;
import dev.sensorium.client.PluginDescription;
import dev.sensorium.client.Sensorium;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists the models of the server. */
@Command(
        name = "models",
        description = "Lists the models of the server, those that failed to load included.",
        footer = {"", "Examples:", "  sensorium models", "  sensorium models --json | jq -r '.models[].name'"})
final class ModelsCommand implements Callable<Integer> {

    private static final List<String> HEADINGS = List.of("MODEL", "STATE", "FAMILY", "CAN", "TAKES", "DIM", "DEVICE");

    private final Root root;

    ModelsCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Sensorium sensorium = root.connect()) {
            List<ModelDescription> models = sensorium.models();
            if (root.json()) {
                printJson(models);
            } else {
                print(models);
                sensorium.plugins().stream()
                        .filter(plugin -> !plugin.failure().isEmpty())
                        .forEach(this::printFailed);
            }
            return Failures.OK;
        }
    }

    private void printJson(List<ModelDescription> models) {
        Json.print(root.terminal().out(), json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("models");
            for (ModelDescription model : models) {
                ModelFields.write(json, model);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void print(List<ModelDescription> models) {
        Terminal terminal = root.terminal();
        if (models.isEmpty()) {
            terminal.out().println("no models");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        models.forEach(model -> rows.add(row(model)));
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows, i);
            terminal.out().println(i == 0 ? terminal.faint(line) : line);
            if (i > 0 && models.get(i - 1).state() == ModelState.FAILED) {
                terminal.out().println(terminal.bad("  " + models.get(i - 1).failure()));
            }
        }
    }

    private void printFailed(PluginDescription plugin) {
        Terminal terminal = root.terminal();
        terminal.out().println(terminal.bad("plugin " + plugin.name() + ": " + plugin.failure()));
    }

    private static List<String> row(ModelDescription model) {
        return List.of(
                model.id(),
                ModelFields.lower(model.state()),
                model.family(),
                ModelFields.abilities(model),
                ModelFields.lower(model.modalities()),
                model.dimensions() == 0 ? "" : String.valueOf(model.dimensions()),
                model.device());
    }

    private static String line(List<List<String>> rows, int index) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < HEADINGS.size(); column++) {
            int at = column;
            int width = rows.stream()
                    .mapToInt(row -> Columns.width(row.get(at)))
                    .max()
                    .orElse(0);
            line.append(Columns.fit(rows.get(index).get(column), width, true)).append("  ");
        }
        return line.toString().stripTrailing();
    }
}
