package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health as a load balancer asks for it. */
@QuarkusTest
class HealthTest extends ServiceTest {

    @ParameterizedTest
    @CsvSource({
        "'', SERVING",
        "sensorium.v1.EmbeddingService, SERVING",
        "sensorium.v1.GenerationService, SERVING",
        "sensorium.v1.ImageService, SERVING",
        "sensorium.v1.ModelService, SERVING",
        "sensorium.v1.PolicyService, SERVING",
        "sensorium.v1.ContentService, SERVING",
        "model:echo, SERVING",
        "model:nan, NOT_SERVING",
    })
    void everyServiceAndModelIsKnown(String service, ServingStatus status) {
        awaitServing();

        assertThat(health().check(request(service)).getStatus()).isEqualTo(status);
    }

    @Test
    void anUnknownServiceIsNotFound() {
        assertThatThrownBy(() -> health().check(request("model:nobody"))).hasMessageStartingWith("NOT_FOUND");
    }

    @Test
    void theWatchOfAnUnknownServiceSaysSoAndGoesOn() {
        assertThat(health().watch(request("model:nobody")).next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }

    @Test
    void httpAnswersAsGrpcDoes() throws Exception {
        awaitServing();
        int port = ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class);
        URI ready = URI.create("http://localhost:" + port + "/q/health/ready");

        var answer =
                HttpClient.newHttpClient().send(HttpRequest.newBuilder(ready).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"UP\"");
    }

    private void awaitServing() {
        Iterator<?> statuses = health().watch(request(""));
        while (!statuses.next().toString().contains("status: SERVING")) {}
    }

    private HealthGrpc.HealthBlockingStub health() {
        return HealthGrpc.newBlockingStub(channel);
    }

    private static HealthCheckRequest request(String service) {
        return HealthCheckRequest.newBuilder().setService(service).build();
    }
}
