package dev.sensorium.cli;

import dev.sensorium.client.Sensorium;
import dev.sensorium.client.SensoriumBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself: the options that all commands share, and the connection that they describe. */
@Command(
        name = "sensorium",
        description =
                "Embeds, matches, searches, captions, asks about pictures, draws and plays with the models of a Sensorium server.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  sensorium match photo.png \"a red circle\" \"a blue square\"",
            "  sensorium search \"a blue star\" pictures/",
            "  sensorium ask photo.png \"what color is the circle?\"",
            "  sensorium draw \"a red circle above a blue square\" -o out.png",
            "  sensorium models --target example.org:9000 --tls",
            "  source <(sensorium generate-completion)",
            "",
            "Environment:",
            "  SENSORIUM_TARGET  the server, unless --target says it",
            "  NO_COLOR          no colours if set"
        })
final class Root implements Callable<Integer> {

    private final Terminal terminal;

    private volatile boolean stopping;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--target",
            scope = ScopeType.INHERIT,
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SENSORIUM_TARGET:-localhost:9000}",
            description = "The server, or several as \"a:9000,b:9000\" (default: ${DEFAULT-VALUE}).")
    private String target = "";

    @Option(
            names = "--timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long a call may take, such as 500ms, 30s or 2m (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ZERO;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON, for programs.")
    private boolean json;

    @Option(names = "--tls", scope = ScopeType.INHERIT, description = "Talk TLS.")
    private boolean tls;

    @Option(
            names = "--tls-ca",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Talk TLS, and trust the authorities in this PEM file instead of Java's.")
    private Optional<Path> authorities = Optional.empty();

    @Option(
            names = "--tls-cert",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Show the server this certificate, a PEM file; with --tls-key.")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--tls-key",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "The private key of --tls-cert, a PEM file.")
    private Optional<Path> key = Optional.empty();

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Say more about failures, with stack traces.")
    private boolean verbose;

    Root(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Without a command there is nothing to do but to help. */
    @Override
    public Integer call() {
        spec.commandLine().usage(terminal.err());
        return Failures.USAGE;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean json() {
        return json;
    }

    boolean verbose() {
        return verbose;
    }

    String target() {
        return target;
    }

    /** Tells whether the process is on its way out, so that calls fail because they are wanted no more. */
    boolean stopping() {
        return stopping;
    }

    /** Returns a client of the server that the options name; Ctrl-C cancels its calls. */
    Sensorium connect() {
        try {
            SensoriumBuilder builder = Sensorium.builder(target).deadline(timeout);
            if (tls) {
                builder.tls();
            }
            authorities.ifPresent(file -> builder.tls(existing("--tls-ca", file)));
            if (certificate.isPresent() != key.isPresent()) {
                throw usage("--tls-cert and --tls-key go together");
            }
            certificate.ifPresent(file ->
                    builder.clientCertificate(existing("--tls-cert", file), existing("--tls-key", key.orElseThrow())));
            Sensorium sensorium = builder.build();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(sensorium), "stop"));
            return sensorium;
        } catch (IllegalArgumentException e) {
            throw usage("--target: " + e.getMessage());
        }
    }

    /** Returns the complaint about a command line that cannot be meant. */
    ParameterException usage(String message) {
        List<CommandLine> called = spec.commandLine().getParseResult().asCommandLineList();
        return new ParameterException(called.get(called.size() - 1), message);
    }

    private void stop(Sensorium sensorium) {
        stopping = true;
        sensorium.close();
    }

    private Path existing(String option, Path file) {
        if (!Files.isReadable(file)) {
            throw usage(option + ": \"" + file + "\" (expected: a file that can be read)");
        }
        return file;
    }
}
