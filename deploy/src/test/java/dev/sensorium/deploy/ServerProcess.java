package dev.sensorium.deploy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of the distribution in a process of its own, on free ports. */
final class ServerProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;
    private final int grpcPort;
    private final int httpPort;

    private ServerProcess(Process process, Path log, int grpcPort, int httpPort) {
        this.process = process;
        this.log = log;
        this.grpcPort = grpcPort;
        this.httpPort = httpPort;
    }

    /** Starts a server with these options and waits until it serves. */
    static ServerProcess start(String... options) throws Exception {
        int grpcPort = freePort();
        int httpPort = freePort();
        Path log = Files.createTempFile("sensorium-server", ".log");
        List<String> command = new ArrayList<>(
                List.of(Distribution.bin("sensorium-server"), "--grpc-port=" + grpcPort, "--http-port=" + httpPort));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServerProcess server = new ServerProcess(process, log, grpcPort, httpPort);
        try {
            server.awaitServing();
        } catch (Exception e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Returns "localhost:port" of its gRPC port. */
    String target() {
        return "localhost:" + grpcPort;
    }

    int httpPort() {
        return httpPort;
    }

    /** Returns what it has logged so far. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Opens a channel to it; the caller shuts it down. */
    ManagedChannel channel() {
        return ManagedChannelBuilder.forTarget(target()).usePlaintext().build();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end and returns the exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the server did not end within a minute");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        Files.delete(log);
    }

    private void awaitServing() throws Exception {
        ManagedChannel channel = channel();
        try {
            long end = System.nanoTime() + START_LIMIT.toNanos();
            while (System.nanoTime() < end && process.isAlive()) {
                var health = HealthGrpc.newBlockingStub(channel).withDeadlineAfter(5, TimeUnit.SECONDS);
                try {
                    if (health.check(HealthCheckRequest.getDefaultInstance()).getStatus() == ServingStatus.SERVING) {
                        return;
                    }
                } catch (io.grpc.StatusRuntimeException notListening) {
                    channel.resetConnectBackoff();
                }
                process.waitFor(200, TimeUnit.MILLISECONDS);
            }
        } finally {
            channel.shutdownNow();
        }
        throw new IllegalStateException("the server does not serve; its log:\n" + log());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
