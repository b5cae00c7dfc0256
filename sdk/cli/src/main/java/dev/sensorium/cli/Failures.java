package dev.sensorium.cli;

import dev.sensorium.client.FieldViolation;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.client.SensoriumException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a failure looks like at a prompt: one line on the error output, and an exit code. */
record Failures(Root root) implements IExecutionExceptionHandler {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        Terminal terminal = root.terminal();
        terminal.out().flush();
        if (root.stopping()) {
            return FAILED; // nobody is there to read why
        }
        int code = report(terminal, failure);
        if (root.verbose()) {
            failure.printStackTrace(terminal.err());
        }
        return code;
    }

    private int report(Terminal terminal, Exception failure) throws Exception {
        if (failure instanceof SensoriumException lost && unreachable(lost)) {
            terminal.complain(
                    "cannot reach %s (%s); is the server running?".formatted(root.target(), lowerFirst(reason(lost))));
            return UNREACHABLE;
        }
        if (failure instanceof SensoriumException e) {
            terminal.complain(describe(e));
            violations(terminal, e);
            return FAILED;
        }
        if (failure instanceof UncheckedIOException || failure instanceof IOException) {
            terminal.complain(describe(failure));
            return FAILED;
        }
        throw failure; // a bug: picocli prints its trace
    }

    /** Handles a command line that cannot be read. */
    static int ofUsage(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        line.getErr().println("sensorium: " + lowerFirst(String.valueOf(failure.getMessage())));
        UnmatchedArgumentException.printSuggestions(failure, line.getErr());
        line.getErr().println("Try \"" + line.getCommandSpec().qualifiedName() + " --help\".");
        return USAGE;
    }

    /** Returns what a failed call means, on one line. */
    static String describe(SensoriumException failure) {
        String wait = failure.retryDelay()
                .map(delay -> "; try again in " + Durations.show(delay))
                .orElse("");
        return switch (failure.code()) {
            case DEADLINE_EXCEEDED -> "no answer in time (see --timeout)";
            case UNIMPLEMENTED -> "the server does not know this call: " + failure.getMessage();
            default -> String.valueOf(failure.getMessage()) + wait;
        };
    }

    /** Returns why a file cannot be read, on one line. */
    static String describe(Exception failure) {
        Throwable cause = failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;
        if (cause instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (cause instanceof AccessDeniedException denied) {
            return denied.getFile() + ": may not be read";
        }
        return cause == null ? failure.toString() : String.valueOf(cause.getMessage());
    }

    private static void violations(Terminal terminal, SensoriumException failure) {
        String message = String.valueOf(failure.getMessage());
        for (FieldViolation violation : failure.violations()) {
            if (!message.contains(violation.description())) {
                terminal.err().println("  " + violation.field() + ": " + violation.description());
            }
        }
    }

    /** Our servers give a reason with every failure; one without comes from the way to them. */
    private static boolean unreachable(SensoriumException failure) {
        return failure.code() == Code.UNAVAILABLE && failure.reason().isEmpty();
    }

    private static String reason(SensoriumException failure) {
        String message = String.valueOf(failure.getMessage());
        String refused = "Connection refused";
        return message.contains(refused) ? refused : message;
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
