package dev.sensorium.server.rpc;

import dev.sensorium.testkit.TinyPlugin;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged server as a process of its own, with one echo model, which takes its time for a word, and a client's channel to it. */
final class ServerProcess implements AutoCloseable {

    private final Path folder;
    private final int port;
    private final Process process;
    private final ManagedChannel channel;
    private final Iterator<HealthCheckResponse> health;

    /** Starts a server with these properties and waits until it serves. */
    ServerProcess(Path folder, String... properties) throws IOException {
        this.folder = folder;
        TinyPlugin.echo(folder.resolve("plugins"), "echo");
        Files.writeString(
                Files.createDirectories(model()).resolve("config.json"),
                "{\"model_type\": \"echo\", \"dimensions\": 8, \"pace_millis\": 5, \"repeat\": 1000}");
        port = freePort();
        process = start(properties);
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        health = HealthGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(2, TimeUnit.MINUTES)
                .watch(HealthCheckRequest.getDefaultInstance());
        await(ServingStatus.SERVING);
    }

    private Process start(String... properties) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(properties));
        command.addAll(List.of(
                "-Dquarkus.grpc.server.port=" + port,
                "-Dquarkus.http.port=" + freePort(),
                "-Dsensorium.plugins-folder=" + folder.resolve("plugins"),
                "-Dsensorium.models-folder=" + folder.resolve("models"),
                "-jar",
                "target/quarkus-app/quarkus-run.jar"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    /** Returns the folder of its model, "echo". */
    Path model() {
        return folder.resolve("models/echo");
    }

    int port() {
        return port;
    }

    ManagedChannel channel() {
        return channel;
    }

    /** Waits until the watch of its health hears this. */
    void await(ServingStatus status) {
        while (health.next().getStatus() != status) {}
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end, and returns what it logged. */
    String awaitEnd() throws Exception {
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the server does not end; its log:\n" + Files.readString(log()));
        }
        return Files.readString(log());
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        process.destroyForcibly().waitFor();
    }
}
