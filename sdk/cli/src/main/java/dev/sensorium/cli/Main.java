package dev.sensorium.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** The entry point of the command line. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Logger grpc = Logger.getLogger("io.grpc");
        grpc.setLevel(Level.OFF); // what goes wrong is thrown, too
        int code = run(Terminal.ofProcess(System.getenv(), System.getProperties()), arguments);
        System.exit(code);
    }

    /** Runs one command and returns its exit code. */
    static int run(Terminal terminal, String... arguments) {
        int code = commandLine(terminal).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return code;
    }

    static CommandLine commandLine(Terminal terminal) {
        Root root = new Root(terminal);
        CommandLine line = new CommandLine(root)
                .addSubcommand(new ModelsCommand(root))
                .addSubcommand(new ModelCommand(root))
                .addSubcommand(new EmbedCommand(root))
                .addSubcommand(new MatchCommand(root))
                .addSubcommand(new CaptionCommand(root))
                .addSubcommand(new AskCommand(root))
                .addSubcommand(new GenerateCommand(root))
                .addSubcommand(new DrawCommand(root))
                .addSubcommand(new PlayCommand(root))
                .addSubcommand(new SearchCommand(root))
                .addSubcommand(new HealthCommand(root))
                .addSubcommand(new BenchCommand(root))
                .addSubcommand(new ConvertCommand(root))
                .addSubcommand(new GenerateCompletion());
        line.setOut(terminal.out())
                .setErr(terminal.err())
                .setColorScheme(Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.max(80, Math.min(terminal.width(), 120)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(java.time.Duration.class, Durations::parse)
                .setParameterExceptionHandler(Failures::ofUsage)
                .setExecutionExceptionHandler(new Failures(root));
        describeExitCodes(line);
        return line;
    }

    private static void describeExitCodes(CommandLine line) {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("" + Failures.OK, "all is well");
        codes.put("" + Failures.FAILED, "the call, or a part of it, failed");
        codes.put("" + Failures.USAGE, "the command line is not as it should be");
        codes.put("" + Failures.UNREACHABLE, "the server cannot be reached");
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(codes);
        line.getSubcommands().values().forEach(Main::describeExitCodes);
    }
}
