package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.FakeCable;
import dev.sensorium.client.FakeServer;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "models",
                "model",
                "embed",
                "match",
                "search",
                "caption",
                "ask",
                "generate",
                "draw",
                "play",
                "health",
                "convert",
                "bench"
            })
    void everyCommandHelps(String command) {
        Outcome outcome = shell.bare(command, "--help");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .startsWith("Usage: sensorium " + command)
                .contains("--target=HOST:PORT", "--json", "--help", "--version")
                .contains("Examples:\n  sensorium " + command)
                .contains("Exit codes:\n  0   all is well")
                .contains("  3   the server cannot be reached");
        assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "match --version"})
    void tellsItsVersion(String arguments) {
        assertThat(shell.bare(arguments.split(" ", -1)).out()).matches("sensorium [0-9][^ $]* \\(Java [^)]+\\)\n");
    }

    @Test
    void withoutACommandItHelps() {
        Outcome outcome = shell.bare();

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("Usage: sensorium").contains("Examples:", "SENSORIUM_TARGET");
    }

    @Test
    void completesInTheShell() {
        Outcome outcome = shell.bare("generate-completion");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("complete -F _complete_sensorium", "generate-completion", "search");
    }

    @Test
    void sharedOptionsGoAnywhere() {
        assertThat(shell.bare("--target", server.target(), "health").code()).isZero();
        assertThat(shell.bare("health", "--target", server.target()).code()).isZero();
        assertThat(shell.run("health", "--json", "--timeout=5s").code()).isZero();
    }

    @Test
    void serverThatIsNotThere() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(Shell.at("localhost:" + port).run("models"))
                .isEqualTo(new Outcome(
                        3,
                        "",
                        "sensorium: cannot reach localhost:" + port
                                + " (connection refused); is the server running?\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"draw silence", "generate silence", "embed --text silence"})
    void serverThatDiesInTheMiddleOfACall(String command) throws Exception {
        try (FakeCable cable = new FakeCable(server.port())) {
            Shell over = Shell.at("localhost:" + cable.port());
            var running = CompletableFuture.supplyAsync(() -> over.run(command.split(" ", -1)));
            server.called.await();
            cable.close();
            Outcome outcome = running.get();

            assertThat(outcome.code()).as(outcome.err()).isEqualTo(3);
            assertThat(outcome.err())
                    .matches("sensorium: cannot reach " + over.target() + " \\(.+\\); is the server running\\?\n");
        }
    }

    @Test
    void hostThatIsNotThere() {
        Outcome outcome = Shell.at("no-such-host.invalid:1").run("health");

        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err())
                .startsWith("sensorium: cannot reach no-such-host.invalid:1 (")
                .contains("no-such-host.invalid");
        assertThat(outcome.err().lines()).hasSize(1);
    }

    @Test
    void serverThatDoesNotTalkTls() {
        Outcome outcome = shell.run("health", "--tls");

        assertThat(outcome.code()).isEqualTo(3);
        assertThat(outcome.err())
                .isEqualTo("sensorium: cannot reach " + server.target()
                        + " (the server does not talk TLS); is the server running?\n");
    }

    @Test
    void failureIsOneLine() {
        assertThat(shell.run("model", "nothing"))
                .isEqualTo(new Outcome(1, "", "sensorium: model: \"nothing\" (expected: words)\n"));
    }

    @Test
    void failureListsItsFields(@TempDir Path folder) throws IOException {
        Path picture = java.nio.file.Files.writeString(folder.resolve("p.png"), "red");
        server.failNext(FakeServer.rich(
                Status.Code.INVALID_ARGUMENT, "INVALID_INPUT", "1 field is invalid", "texts[3]", "blank", 0));

        Outcome outcome = shell.run("match", picture.toString(), "red");

        assertThat(outcome.err()).isEqualTo("sensorium: 1 field is invalid\n  texts[3]: blank\n");
        assertThat(outcome.code()).isEqualTo(1);
    }

    @Test
    void failureTellsWhenToTryAgain() {
        server.failNext(FakeServer.rich(Status.Code.RESOURCE_EXHAUSTED, "CAPACITY", "queue: full", "", "", 2));

        assertThat(shell.run("models").err()).isEqualTo("sensorium: queue: full; try again in 2.0 s\n");
    }

    @Test
    void serverThatGoesDownIsNoServerThatCannotBeReached() {
        var draining = FakeServer.rich(Status.Code.UNAVAILABLE, "SERVER_DRAINING", "going down", "", "", 0);
        server.failNext(draining, draining, draining, draining);

        assertThat(shell.run("models")).isEqualTo(new Outcome(1, "", "sensorium: going down\n"));
    }

    @Test
    void deadline() {
        Outcome outcome = shell.run("embed", "--text", "silence", "--timeout", "50ms");

        assertThat(outcome).isEqualTo(new Outcome(1, "", "sensorium: no answer in time (see --timeout)\n"));
    }

    @Test
    void verboseShowsTheTrace() {
        assertThat(shell.run("model", "nothing", "--verbose").err()).contains("\tat dev.sensorium.client");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "models --nope             > unknown option: '--nope'",
                "mdels                     > unmatched argument at index 0: 'mdels'",
                "models --timeout soon     > invalid value for option '--timeout': \"soon\" (expected: a time such as 500ms, 30s or 2m)",
                "match p.png a --cache no  > invalid value for option '--cache': expected one of [USE, REFRESH, BYPASS] (case-insensitive) but was 'no'",
                "models --target a:b       > --target: target: \"a:b\" (expected: host:port)",
                "models --tls-cert x       > --tls-cert and --tls-key go together",
                "models --tls-ca nothing   > --tls-ca: \"nothing\" (expected: a file that can be read)",
                "search x                  > missing required parameter: 'DIR'",
            })
    void badUsage(String arguments, String complaint) {
        Outcome outcome = shell.bare(arguments.strip().split(" ", -1));

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("sensorium: " + complaint + "\n").contains("--help\".\n");
        assertThat(outcome.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "30s,PT30S", "1.5,PT1.5S", "2m,PT2M", "1h,PT1H"})
    void durations(String written, Duration meant) {
        assertThat(Durations.parse(written)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"PT0.2S,0.2 s", "PT59.9S,59.9 s", "PT65S,1:05", "PT1H2M3S,1:02:03"})
    void durationsShown(Duration duration, String shown) {
        assertThat(Durations.show(duration)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"red,3", "蓝色,4", "é,1", "☂,1", "🙂,2"})
    void widths(String text, int columns) {
        assertThat(Columns.width(text)).isEqualTo(columns);
    }

    @Test
    void longTextIsCut() {
        assertThat(Columns.fit("a red circle", 7, true)).isEqualTo("a red …");
        assertThat(Columns.fit("蓝色蓝色", 6, true)).isEqualTo("蓝色… ");
        assertThat(Columns.fit("red", 5, true)).isEqualTo("red  ");
    }

    @Test
    void coloursOnlyWhereTheyAreWanted() {
        Properties terminal = new Properties();
        terminal.setProperty("sensorium.out.terminal", "true");
        terminal.setProperty("sensorium.err.terminal", "true");
        Properties pipe = new Properties();
        pipe.setProperty("sensorium.out.terminal", "false");

        assertThat(Terminal.ofProcess(Map.of(), terminal).colours()).isTrue();
        assertThat(Terminal.ofProcess(Map.of("NO_COLOR", "1"), terminal).colours())
                .isFalse();
        assertThat(Terminal.ofProcess(Map.of("TERM", "dumb"), terminal).colours())
                .isFalse();
        assertThat(Terminal.ofProcess(Map.of(), pipe).colours()).isFalse();
        assertThat(Terminal.ofProcess(Map.of("COLUMNS", "132"), terminal).width())
                .isEqualTo(132);
        terminal.setProperty("native.encoding", "US-ASCII");
        assertThat(Terminal.ofProcess(Map.of(), terminal).unicode()).isFalse();
    }

    @Test
    void printsWithoutColours() {
        Terminal plain = new Terminal(
                new PrintWriter(System.out, false), new PrintWriter(System.err, false), false, true, false, 80);

        assertThat(plain.strong("a") + plain.good("b") + plain.bad("c") + plain.faint("d"))
                .isEqualTo("abcd");
    }
}
