package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.ContentServiceGrpc;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.proto.v1.ModelState;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.WithTestResource;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A test of the services by a stock client, against a server of {@link EchoWorld}. */
@WithTestResource(EchoWorld.class)
@Timeout(60)
abstract class ServiceTest {

    @Inject
    MeterRegistry registry;

    @Inject
    GrpcServer server;

    ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = connectAgain();
        for (String model : "echo easel embedder gabby heads narrow pair slow wide".split(" ")) {
            awaitReady(model);
        }
    }

    /** Returns a channel with a connection of its own, which is to be shut down. */
    ManagedChannel connectAgain() {
        return NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .flowControlWindow(65_535)
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    EmbeddingServiceGrpc.EmbeddingServiceBlockingStub embeddings() {
        return EmbeddingServiceGrpc.newBlockingStub(channel);
    }

    EmbeddingServiceGrpc.EmbeddingServiceFutureStub embeddingsLater() {
        return EmbeddingServiceGrpc.newFutureStub(channel);
    }

    GenerationServiceGrpc.GenerationServiceBlockingStub generation() {
        return GenerationServiceGrpc.newBlockingStub(channel);
    }

    ContentServiceGrpc.ContentServiceStub contents() {
        return ContentServiceGrpc.newStub(channel);
    }

    /** Holds the batches of a model until it is closed. */
    static EchoGate shut(String model) {
        Path models = ConfigProvider.getConfig().getValue("sensorium.models-folder", Path.class);
        return EchoGate.shut(models.resolve(model).resolve("1"));
    }

    /** Waits until something is so that the server does of its own accord. */
    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Returns how many items wait for a model. */
    double waiting(String model) {
        return measured("sensorium.queue.length", "model", model + "/1", Statistic.VALUE);
    }

    /** Returns how many items of a model were cancelled before they were computed. */
    double cancelled(String model) {
        return measured("sensorium.queue.cancelled", "model", model + "/1", Statistic.COUNT);
    }

    /** Returns how many items of a model were computed. */
    double computed(String model) {
        return measured("sensorium.batch.size", "model", model + "/1", Statistic.TOTAL);
    }

    /** Returns how many lookups in the cache had this result. */
    double lookups(String result) {
        return measured("sensorium.cache.lookups", "result", result, Statistic.COUNT);
    }

    /** Returns how many generations a model has under way. */
    double live(String model) {
        return measured("sensorium.generation.live", "model", model + "/1", Statistic.VALUE);
    }

    /** Returns how many generations wait for a model. */
    double queued(String model) {
        return measured("sensorium.generation.waiting", "model", model + "/1", Statistic.VALUE);
    }

    /** Returns what a counter of a model's generations says, such as "tokens". */
    double counted(String what, String model) {
        return measured("sensorium.generation." + what, "model", model + "/1", Statistic.COUNT);
    }

    /** Returns how many pictures a model is drawing. */
    double drawing(String model) {
        return measured("sensorium.images.live", "model", model + "/1", Statistic.VALUE);
    }

    /** Returns how many pictures wait for a model. */
    double undrawn(String model) {
        return measured("sensorium.images.waiting", "model", model + "/1", Statistic.VALUE);
    }

    /** Returns what a counter of a model's pictures says, such as "tokens". */
    double drawn(String what, String model) {
        return measured("sensorium.images." + what, "model", model + "/1", Statistic.COUNT);
    }

    /** Returns how many episodes of a model are open. */
    double episodes(String model) {
        return measured("sensorium.policy.episodes", "model", model + "/1", Statistic.VALUE);
    }

    /** Returns what a counter of a model's policy says, such as "late". */
    double acted(String what, String model) {
        return measured("sensorium.policy." + what, "model", model + "/1", Statistic.COUNT);
    }

    private double measured(String name, String tag, String value, Statistic statistic) {
        double sum = 0;
        for (Meter meter : registry.find(name).tag(tag, value).meters()) {
            for (var measurement : meter.measure()) {
                sum += measurement.getStatistic() == statistic ? measurement.getValue() : 0;
            }
        }
        return sum;
    }

    private void awaitReady(String model) {
        GetModelRequest request = GetModelRequest.newBuilder().setModel(model).build();
        await(() -> state(request) == ModelState.MODEL_STATE_READY);
    }

    private ModelState state(GetModelRequest request) {
        try {
            return ModelServiceGrpc.newBlockingStub(channel)
                    .getModel(request)
                    .getModel()
                    .getState();
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE); // still starting
            return ModelState.MODEL_STATE_UNSPECIFIED;
        }
    }
}
