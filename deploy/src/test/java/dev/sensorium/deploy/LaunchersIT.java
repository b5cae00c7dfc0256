package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.client.Content;
import dev.sensorium.client.Sensorium;
import dev.sensorium.deploy.Distribution.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers of the distribution: their help, their complaints, and how the server ends. */
class LaunchersIT {

    @TempDir
    private Path empty;

    @Test
    void theServerExplainsItself() throws Exception {
        Outcome outcome = Distribution.run(List.of(Distribution.bin("sensorium-server"), "--help"));

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).contains("--models", "--plugins", "--grpc-port", "--http-port");
    }

    @Test
    void theServerRefusesAFolderThatIsNotThere() throws Exception {
        Outcome outcome =
                Distribution.run(List.of(Distribution.bin("sensorium-server"), "--models", empty + "/missing"));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors())
                .startsWith("sensorium-server: --models: ")
                .contains("expected: an existing folder");
    }

    @Test
    void theServerRefusesAnUnknownOption() throws Exception {
        Outcome outcome = Distribution.run(List.of(Distribution.bin("sensorium-server"), "--port", "1"));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors()).contains("\"--port\"", "--help");
    }

    @Test
    void theCommandLineSaysWhenThereIsNoServer() throws Exception {
        Outcome outcome = Distribution.run(List.of(Distribution.bin("sensorium"), "--target", "localhost:1", "models"));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.errors()).contains("localhost:1").doesNotContain("Exception");
    }

    @Test
    void theServerEndsCleanlyOnSigterm() throws Exception {
        try (ServerProcess server = ServerProcess.start()) {
            try (var sensorium = Sensorium.connect(server.target())) {
                assertThat(sensorium.embed(Content.text("a red circle")).dimensions())
                        .isEqualTo(64);
            }

            server.terminate();

            assertThat(server.awaitExit()).isIn(0, 143); // 128 + SIGTERM is how a JVM reports it
            assertThat(server.log()).doesNotContain("Exception");
        }
    }

    @Test
    void theServerStartsWithoutAnyModel() throws Exception {
        try (ServerProcess server = ServerProcess.start("--models", empty.toString());
                var sensorium = Sensorium.connect(server.target())) {
            assertThat(sensorium.models()).isEmpty();
        }
    }
}
