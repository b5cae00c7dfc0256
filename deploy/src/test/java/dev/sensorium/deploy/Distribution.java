package dev.sensorium.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The distribution that the build assembled, and its commands. */
final class Distribution {

    static final Path HOME = Path.of("target/sensorium").toAbsolutePath();

    private Distribution() {}

    /** What a command printed and how it ended. */
    record Outcome(int exitCode, String output, String errors) {}

    /** Runs the command line against a server and waits for its end. */
    static Outcome sensorium(ServerProcess server, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(bin("sensorium"), "--target", server.target()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs a command of bin/ and waits for its end. */
    static Outcome run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        byte[][] errors = new byte[1][];
        Thread reader = new Thread(() -> errors[0] = readAll(process.getErrorStream()));
        reader.start();
        byte[] output = readAll(process.getInputStream());
        reader.join();
        return new Outcome(
                process.waitFor(),
                new String(output, StandardCharsets.UTF_8),
                new String(errors[0], StandardCharsets.UTF_8));
    }

    static String bin(String command) {
        return HOME.resolve("bin").resolve(command).toString();
    }

    private static byte[] readAll(java.io.InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
