package dev.sensorium.cli;

import dev.sensorium.client.Sensorium;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells whether the server can answer. */
@Command(
        name = "health",
        description =
                "Tells whether the server, one of its services or a model can answer; the exit code says it, too.",
        footer = {"", "Examples:", "  sensorium health && echo ready", "  sensorium health model:clip-shapes"})
final class HealthCommand implements Callable<Integer> {

    private final Root root;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A service by its full name, or model:NAME.")
    private String name = "";

    HealthCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try (Sensorium sensorium = root.connect()) {
            boolean serving = sensorium.serving(name);
            Terminal terminal = root.terminal();
            if (root.json()) {
                Json.print(terminal.out(), json -> {
                    json.writeStartObject();
                    json.writeBooleanField("serving", serving);
                    json.writeEndObject();
                });
            } else {
                terminal.out().println(serving ? terminal.good("serving") : terminal.bad("not serving"));
            }
            return serving ? Failures.OK : Failures.FAILED;
        }
    }
}
