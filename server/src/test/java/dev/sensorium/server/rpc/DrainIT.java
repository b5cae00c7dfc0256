package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.util.Durations;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.ListModelsRequest;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to the packaged server: calls in flight finish, or are cut off when their time is up. */
@Timeout(240)
class DrainIT {

    @TempDir
    private Path folder;

    @Test
    void callsInFlightFinishAndNewOnesAreTurnedAway() throws Exception {
        try (ServerProcess server = new ServerProcess(folder)) {
            List<ListenableFuture<EmbedResponse>> answers = new ArrayList<>();
            try (EchoGate gate = EchoGate.shut(server.model())) {
                answers.addAll(embed(server, 40));
                gate.awaitHeld(1);
                server.terminate();
                server.await(ServingStatus.NOT_SERVING);
                awaitRefusal(server);
            }

            for (ListenableFuture<EmbedResponse> answer : answers) {
                assertThat(answer.get().getEmbeddings(0).getValuesCount()).isEqualTo(8);
            }
            assertThat(server.awaitEnd()).contains("Stopped").doesNotContain("Cut off");
        }
    }

    @Test
    void callsThatTakeTooLongAreCutOff() throws Exception {
        try (ServerProcess server = new ServerProcess(folder, "-Dsensorium.drain.timeout=1S");
                EchoGate gate = EchoGate.shut(server.model())) {
            ListenableFuture<EmbedResponse> answer = embed(server, 1).get(0);
            gate.awaitHeld(1);

            server.terminate();

            assertThat(server.awaitEnd()).contains("Cut off: 1 calls");
            assertThatThrownBy(answer::get).hasMessageContaining("UNAVAILABLE");
        }
    }

    /** The one that waits has no room for all its words, so that it would never end by itself. */
    @Test
    void generationsInFlightFinishAndThoseThatWaitForTheirClientEnd() throws Exception {
        try (ServerProcess server = new ServerProcess(
                        folder, "-Dsensorium.generation.resume-responses=100", "-Dsensorium.drain.timeout=20S");
                BreakableWire wire = new BreakableWire(server.port())) {
            ManagedChannel broken = ManagedChannelBuilder.forAddress("localhost", wire.port())
                    .usePlaintext()
                    .build();
            GenerationReader waiting = GenerationReader.open(broken, generate(2000));
            waiting.next();
            wire.cut();
            waiting.rest();
            broken.shutdownNow();
            List<GenerationReader> readers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                readers.add(GenerationReader.open(server.channel(), generate(200)));
                readers.get(i).next();
            }

            server.terminate();
            server.await(ServingStatus.NOT_SERVING);
            awaitRefusal(server);

            for (GenerationReader reader : readers) {
                assertThat(reader.rest()).hasSize(201).last().matches(GenerateResponse::hasFinished);
            }
            assertThat(server.awaitEnd()).contains("Stopped").doesNotContain("Cut off", "Left open");
        }
    }

    /** A lease that was not given back would leave the model open. */
    @Test
    void aStormOfCancelsGivesEveryLeaseBack() throws Exception {
        Random random = new Random(4);
        try (ServerProcess server = new ServerProcess(folder, "-Dsensorium.grpc.max-resets=2000")) {
            for (int i = 0; i < 1000; i++) {
                StreamReader<?, ?> reader = i % 2 == 0
                        ? GenerationReader.open(server.channel(), generate(200))
                        : ImageReader.open(
                                server.channel(),
                                ImageReader.draw("echo", "a b c").setCount(3).setRerankModel("echo"));
                LockSupport.parkNanos(random.nextInt(3_000_000));
                reader.cancel();
            }
            assertThat(GenerationReader.open(server.channel(), generate(10)).rest())
                    .hasSize(12);

            server.terminate();

            assertThat(server.awaitEnd()).contains("Stopped").doesNotContain("Cut off", "Left open");
        }
    }

    private static GenerateRequest generate(int tokens) {
        GenerateRequest.Builder request =
                Requests.generate("echo", "a b c").toBuilder().setResumeWindow(Durations.fromSeconds(30));
        request.getDecodingBuilder().setMaxTokens(tokens);
        return request.build();
    }

    private static List<ListenableFuture<EmbedResponse>> embed(ServerProcess server, int calls) {
        List<ListenableFuture<EmbedResponse>> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(
                    EmbeddingServiceGrpc.newFutureStub(server.channel()).embed(Requests.embed("echo", "text " + i)));
        }
        return answers;
    }

    /** Health is told first, so a call or two may still get in. */
    private static void awaitRefusal(ServerProcess server) {
        var models = ModelServiceGrpc.newBlockingStub(server.channel());
        Status.Code code = Status.Code.OK;
        while (code == Status.Code.OK) {
            try {
                models.listModels(ListModelsRequest.getDefaultInstance());
            } catch (io.grpc.StatusRuntimeException e) {
                Failure refusal = Failure.of(e);
                code = refusal.code();
                assertThat(refusal.reason()).isEqualTo("SERVER_DRAINING");
                assertThat(refusal.hasRetryDelay()).isTrue();
            }
        }
        assertThat(code).isEqualTo(Status.Code.UNAVAILABLE);
    }
}
