package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.embed;
import static dev.sensorium.server.rpc.Requests.generate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.GenerateResponse;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MetricsTest extends ServiceTest {

    @Inject
    HttpServer http;

    @Test
    void countsWhatPromptsThatBeginAlikeNeedNotRead() throws Exception {
        generation().generate(generate("echo", "one beginning two")).forEachRemaining(response -> {});
        double hits = value("sensorium_generation_prefix_hits_total{model=\"echo/1\"}");
        double tokens = value("sensorium_generation_prefix_tokens_total{model=\"echo/1\"}");

        List<GenerateResponse> second = new ArrayList<>();
        generation().generate(generate("echo", "one beginning three")).forEachRemaining(second::add);

        assertThat(second.get(second.size() - 1).getFinished().getUsage().getReusedTokens())
                .isEqualTo(2);
        assertThat(value("sensorium_generation_prefix_hits_total{model=\"echo/1\"}"))
                .isEqualTo(hits + 1);
        assertThat(value("sensorium_generation_prefix_tokens_total{model=\"echo/1\"}"))
                .isEqualTo(tokens + 2);
        assertThat(value("sensorium_generation_prefix_size_bytes{model=\"echo/1\"}"))
                .isEqualTo("onebeginningthree".length());
    }

    private double value(String name) throws Exception {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private String metrics() throws Exception {
        URI metrics = URI.create("http://localhost:%d/q/metrics".formatted(http.getPort()));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void tellsWhatIsDocumented() throws Exception {
        embeddings().embed(embed("echo", "measured", "measured", "measured too"));
        generation().generate(generate("echo", "measured as well")).forEachRemaining(response -> {});
        assertThat(metrics())
                .contains("sensorium_queue_length_items{model=\"echo/1\",operation=\"embed\"} 0.0")
                .contains("sensorium_batch_size_items_bucket{model=\"echo/1\",operation=\"embed\",le=\"4.0\"}")
                .contains("sensorium_queue_time_seconds_sum{model=\"echo/1\",operation=\"embed\"}")
                .contains("sensorium_prepare_time_seconds_count{model=\"echo/1\",operation=\"embed\"}")
                .contains("sensorium_compute_time_seconds_max{model=\"echo/1\",operation=\"embed\"}")
                .contains("sensorium_queue_cancelled_total{model=\"echo/1\",operation=\"embed\"}")
                .contains("sensorium_queue_rejected_total{model=\"echo/1\",operation=\"embed\"}")
                .contains("sensorium_queue_length_items{model=\"pair/1\",operation=\"match\"}")
                .contains("sensorium_generation_live{model=\"echo/1\"}")
                .contains("sensorium_generation_waiting{model=\"echo/1\"} 0.0")
                .contains("sensorium_generation_tokens_total{model=\"echo/1\"}")
                .contains("sensorium_generation_queue_time_seconds_count{model=\"echo/1\"}")
                .contains("sensorium_generation_prepare_time_seconds_count{model=\"echo/1\"}")
                .contains("sensorium_generation_first_token_time_seconds_sum{model=\"echo/1\"}")
                .contains("sensorium_generation_token_time_seconds_sum{model=\"echo/1\"}")
                .contains("sensorium_generation_finished_total{model=\"echo/1\"}")
                .contains("sensorium_generation_cancelled_total{model=\"echo/1\"}")
                .contains("sensorium_generation_failed_total{model=\"echo/1\"}")
                .contains("sensorium_generation_refused_total{model=\"echo/1\"}")
                .contains("sensorium_generation_resumed_total")
                .contains("sensorium_generation_kept")
                .contains("sensorium_images_live{model=\"echo/1\"}")
                .contains("sensorium_images_waiting{model=\"echo/1\"} 0.0")
                .contains("sensorium_images_tokens_total{model=\"echo/1\"}")
                .contains("sensorium_images_queue_time_seconds_count{model=\"echo/1\"}")
                .contains("sensorium_images_prepare_time_seconds_count{model=\"echo/1\"}")
                .contains("sensorium_images_first_token_time_seconds_sum{model=\"echo/1\"}")
                .contains("sensorium_images_token_time_seconds_sum{model=\"echo/1\"}")
                .contains("sensorium_images_finished_total{model=\"echo/1\"}")
                .contains("sensorium_images_cancelled_total{model=\"echo/1\"}")
                .contains("sensorium_images_failed_total{model=\"echo/1\"}")
                .contains("sensorium_images_refused_total{model=\"echo/1\"}")
                .contains("sensorium_policy_episodes{model=\"echo/1\"} 0.0")
                .contains("sensorium_policy_opened_total{model=\"echo/1\"}")
                .contains("sensorium_policy_refused_total{model=\"echo/1\"}")
                .contains("sensorium_policy_late_total{model=\"echo/1\"}")
                .contains("sensorium_policy_queue_time_seconds_sum{model=\"echo/1\"}")
                .contains("sensorium_policy_compute_time_seconds_count{model=\"echo/1\"}")
                .contains("sensorium_cache_lookups_total{result=\"hit\"}")
                .contains("sensorium_cache_lookups_total{result=\"miss\"}")
                .contains("sensorium_cache_lookups_total{result=\"joined\"}")
                .contains("sensorium_cache_evictions_total")
                .contains("sensorium_cache_entries")
                .contains("sensorium_cache_size_bytes")
                .contains("sensorium_uploads_size_bytes")
                .contains("grpc_server_processing_duration_seconds");
    }
}
