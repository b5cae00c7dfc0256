package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.client.FakeServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process of its own, whose output is read as it comes. */
class StreamingTest {

    private final FakeServer server = new FakeServer();
    private final Semaphore pace = new Semaphore(0);

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void piecesAppearAsTheyCome(boolean terminal) throws IOException, InterruptedException {
        server.generations.pace(pace);
        Process process = start(terminal, "generate", "a red circle");
        InputStream out = process.getInputStream();

        pace.release(2);
        assertThat(read(out, 1)).isEqualTo("a");
        pace.release();
        assertThat(read(out, 4)).isEqualTo(" red");
        pace.release(100);

        assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(" circle\n");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @ParameterizedTest
    @MethodSource("signals")
    void signalCancelsTheCallAndSaysNothing(String signal, int code) throws IOException, InterruptedException {
        Process process = start(true, "generate", "red silence");
        assertThat(read(process.getInputStream(), 3)).isEqualTo("red");

        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();

        assertThat(server.generations.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(code);
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
    }

    /** Signals and the exit codes they mean; an interrupt is none where it is ignored, as in a shell's background jobs. */
    static Stream<Arguments> signals() throws IOException, InterruptedException {
        Process itself = new ProcessBuilder("sh", "-c", "kill -INT $$; exit 0").start();
        boolean ignored = itself.waitFor() == 0;
        return Stream.of(Arguments.of("TERM", 143), Arguments.of("INT", 130)).limit(ignored ? 1 : 2);
    }

    private Process start(boolean terminal, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsensorium.out.terminal=" + terminal,
                "-Dsensorium.err.terminal=false",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sensorium.cli.Main",
                "--target",
                server.target()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static String read(InputStream in, int bytes) throws IOException {
        return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }
}
