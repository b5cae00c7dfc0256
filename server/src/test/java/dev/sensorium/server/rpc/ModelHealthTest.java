package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.server.registry.ModelState;
import dev.sensorium.server.registry.ModelStatus;
import dev.sensorium.server.registry.ModelVersion;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health follows the models, and watches hear of it. */
@Timeout(60)
class ModelHealthTest {

    private final ModelHealth health = new ModelHealth();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void serve() throws IOException {
        server = NettyServerBuilder.forPort(0)
                .addService(health.service())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void aModelIsWatchedThroughItsLife() {
        Iterator<HealthCheckResponse> watch = watch("model:m");

        assertThat(next(watch)).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
        change("1", ModelState.LOADING);
        assertThat(next(watch)).isEqualTo(ServingStatus.NOT_SERVING);
        change("1", ModelState.READY);
        assertThat(next(watch)).isEqualTo(ServingStatus.SERVING);
        change("1", ModelState.DRAINING);
        assertThat(next(watch)).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void aModelServesWhileOneOfItsVersionsDoes() {
        change("1", ModelState.READY);
        change("2", ModelState.FAILED);
        Iterator<HealthCheckResponse> watch = watch("model:m");

        assertThat(next(watch)).isEqualTo(ServingStatus.SERVING);
        change("1", ModelState.CLOSED);
        assertThat(next(watch)).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void theServerAndItsServicesServeFromSettledToDrain() {
        health.add("some.Service");
        Iterator<HealthCheckResponse> whole = watch("");
        Iterator<HealthCheckResponse> service = watch("some.Service");

        assertThat(next(whole)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(next(service)).isEqualTo(ServingStatus.NOT_SERVING);
        health.settled();
        assertThat(next(whole)).isEqualTo(ServingStatus.SERVING);
        assertThat(next(service)).isEqualTo(ServingStatus.SERVING);
        health.drain();
        change("1", ModelState.READY);
        assertThat(next(whole)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(next(service)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(next(watch("model:m"))).isNotEqualTo(ServingStatus.SERVING);
    }

    private void change(String version, ModelState state) {
        health.changed(new ModelStatus(new ModelVersion("m", version), "echo", state, "", Optional.empty()));
    }

    private Iterator<HealthCheckResponse> watch(String service) {
        return HealthGrpc.newBlockingStub(channel)
                .watch(HealthCheckRequest.newBuilder().setService(service).build());
    }

    private static ServingStatus next(Iterator<HealthCheckResponse> watch) {
        return watch.next().getStatus();
    }
}
