package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the programs of {@link LoopProgram} in processes of their own. */
@Timeout(300)
class ProcessTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void runs(LoopProgram program) throws IOException, InterruptedException {
        Path log = folder.resolve("log.txt");
        ProcessBuilder builder = new ProcessBuilder(command(program));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(program.environment());
        assertThat(builder.start().waitFor())
                .as(() -> "exit code of %s:%n%s".formatted(program, read(log)))
                .isZero();
    }

    private List<String> command(LoopProgram program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-Dorg.bytedeco.") || argument.startsWith("--"))
                .forEach(command::add);
        // The heap is touched in full at the start, so that what grows is native memory.
        command.addAll(
                List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoopProgram.class.getName()));
        command.addAll(List.of(program.name(), folder.toString()));
        return command;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
