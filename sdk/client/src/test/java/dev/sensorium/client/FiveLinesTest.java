package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first programs that a user writes, compiled and run on the class path that Maven gives it. */
class FiveLinesTest {

    private static final String MATCHES =
            """
            import dev.sensorium.client.*;
            import java.nio.file.Path;

            class Main {
                public static void main(String[] args) {
                    try (var sensorium = Sensorium.connect("localhost:9000")) {
                        var match = sensorium.match(Content.image(Path.of("photo.png")), "a red circle", "a blue square");
                        System.out.println(match.best().text());
                    }
                }
            }
            """;

    private static final String CAPTIONS =
            """
            import dev.sensorium.client.*;
            import java.nio.file.Path;

            class Main {
                public static void main(String[] args) {
                    try (var sensorium = Sensorium.connect("localhost:9000")) {
                        System.out.println(sensorium.caption(Content.image(Path.of("photo.png"))).text());
                        var prompt = Prompt.of(Content.image(Path.of("photo.png")), Content.text("what color is the circle?"));
                        sensorium.generate(prompt).pieces().forEach(System.out::print);
                    }
                }
            }
            """;

    private static final String PICTURES =
            """
            import dev.sensorium.client.*;
            import java.nio.file.Path;

            class Main {
                public static void main(String[] args) {
                    try (var sensorium = Sensorium.connect("localhost:9000");
                            var drawing = sensorium.draw("a red circle above a blue square")) {
                        drawing.result().best().writeTo(Path.of("out.png"));
                    }
                }
            }
            """;

    @Test
    void draws(@TempDir Path folder) throws IOException, InterruptedException {
        try (var server = new FakeServer()) {
            assertThat(outputOf(PICTURES, folder, server)).isEmpty();
        }
        assertThat(folder.resolve("out.png"))
                .hasBinaryContent(FakeDrawings.png(42).toByteArray());
    }

    @Test
    void matches(@TempDir Path folder) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("photo.png"), "red circle");
        try (var server = new FakeServer()) {
            assertThat(outputOf(MATCHES, folder, server)).isEqualTo("a red circle\n");
        }
    }

    @Test
    void captions(@TempDir Path folder) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("photo.png"), "red circle");
        try (var server = new FakeServer()) {
            assertThat(outputOf(CAPTIONS, folder, server)).isEqualTo("red circle\nwhat color is the circle?");
        }
    }

    private static String outputOf(String program, Path folder, FakeServer server)
            throws IOException, InterruptedException {
        Files.writeString(folder.resolve("Main.java"), program.replace("localhost:9000", server.target()));
        run(folder, "javac", "-cp", classPath(), "Main.java");
        return run(folder, "java", "-cp", classPath() + ":.", "Main");
    }

    /** The classes of the SDK and what it depends on; nothing of its tests. */
    private static String classPath() {
        return System.getProperty("java.class.path").replaceAll("[^:]*/test-classes/?:", "");
    }

    private static String run(Path folder, String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
