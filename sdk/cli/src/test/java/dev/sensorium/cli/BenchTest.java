package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.Content;
import dev.sensorium.client.FakeServer;
import dev.sensorium.client.GenerationTask;
import io.grpc.Status;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchTest {

    private static final List<String> SHORT = List.of("--duration", "500ms", "--warm-up", "20ms", "--concurrency", "4");

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void measuresEmbedding() {
        JsonNode json = bench("--json").json();

        assertThat(json.get("model").asText()).isEqualTo("words/1");
        assertThat(json.get("method").asText()).isEqualTo("embed");
        assertThat(json.get("load").asText()).isEqualTo("4 callers, 1 per call");
        assertThat(json.get("payload").asText()).isEqualTo("16 generated pictures, 224x224");
        assertThat(json.get("calls").asLong())
                .isPositive()
                .isEqualTo(json.get("items").asLong());
        assertThat(json.get("calls_per_second").asDouble())
                .isEqualTo(json.get("calls").asLong() / 0.5);
        JsonNode latency = json.get("latency_ms");
        assertThat(latency.get("p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(latency.get("p95").asDouble());
        assertThat(latency.get("p99").asDouble())
                .isLessThanOrEqualTo(latency.get("max").asDouble());
        assertThat(json.get("cache_hits").asLong()).isZero();
        assertThat(json.get("queue_ms").asDouble()).isEqualTo(1.5);
        assertThat(json.get("errors")).isEmpty();
        assertThat(json.has("batch_size")).isFalse();
    }

    @Test
    void measuresMatchingInBatches() {
        JsonNode json = bench("match", "--json", "--batch", "3", "--label", "red", "--text", "red", "--text", "blue")
                .json();

        assertThat(json.get("items").asLong())
                .isPositive()
                .isEqualTo(3 * json.get("calls").asLong());
        assertThat(json.get("embeddings").asLong())
                .isEqualTo(4 * json.get("calls").asLong());
        assertThat(json.get("payload").asText()).isEqualTo("2 texts");
    }

    @Test
    void measuresActions() {
        JsonNode json = bench("act", "--environment", "grid", "--json").json();

        assertThat(json.get("model").asText()).isEqualTo("player/1");
        assertThat(json.get("method").asText()).isEqualTo("act");
        assertThat(json.get("payload").asText()).isEqualTo("grid");
        assertThat(json.get("calls").asLong()).isPositive();
        assertThat(json.get("queue_ms").asDouble()).isEqualTo(1);
        assertThat(json.get("compute_ms").asDouble()).isEqualTo(2);
        assertThat(json.get("errors")).isEmpty();
        assertThat(shell.run("bench", "act", "--environment", "chess").code()).isEqualTo(2);
        assertThat(shell.run("bench", "act", "--batch", "2").code()).isEqualTo(2);
    }

    @Test
    void measuresGenerationTokenByToken() {
        JsonNode json = bench("generate", "--text", "a red circle", "--cache", "on", "--json")
                .json();

        assertThat(json.get("model").asText()).isEqualTo("echo/1");
        assertThat(json.get("method").asText()).isEqualTo("generate");
        assertThat(json.get("calls").asLong()).isPositive();
        assertThat(json.get("tokens").asLong()).isEqualTo(3 * json.get("calls").asLong());
        assertThat(json.get("tokens_per_second").asDouble())
                .isEqualTo(json.get("tokens").asLong() / 0.5);
        assertThat(json.at("/first_token_ms/p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(json.at("/first_token_ms/p99").asDouble());
        assertThat(json.at("/token_ms/p99").asDouble()).isPositive();
        assertThat(json.get("queue_ms").asDouble()).isEqualTo(2);
        assertThat(json.get("compute_ms").asDouble()).isEqualTo(1_000);
    }

    @Test
    void generatesAtARate() {
        JsonNode json =
                bench("generate", "--text", "red", "--rate", "50", "--json").json();

        assertThat(json.get("calls").asLong()).isBetween(1L, 27L);
        assertThat(json.get("first_token_ms").get("p50").asDouble()).isPositive();
    }

    @Test
    void measuresDrawingPieceByPiece() {
        JsonNode json =
                bench("draw", "--text", "a red circle", "--seed", "7", "--json").json();
        assertThat(json.get("model").asText()).isEqualTo("easel/1");
        assertThat(json.get("method").asText()).isEqualTo("draw");
        assertThat(json.get("payload").asText()).isEqualTo("1 prompts");
        long calls = json.get("calls").asLong();
        assertThat(calls).isPositive().isEqualTo(json.get("items").asLong());
        assertThat(json.get("tokens").asLong()).isEqualTo(2 * calls);
        assertThat(json.has("first_token_ms")).isTrue();
        assertThat(json.get("compute_ms").asDouble()).isEqualTo(1_000);
        assertThat(server.drawings.requests)
                .allMatch(request -> request.getPrompt().equals("a red circle")
                        && request.getDrawing().getSeed() == 7);
        assertThat(bench("draw").out()).contains("4 prompts", "first token", "other tokens");
    }

    @Test
    void captionsAndAnswersAreMeasuredTokenByTokenIfTheModelIsMadeForThem() {
        JsonNode whole = bench("caption", "--text", "red circle", "--json").json();
        assertThat(whole.get("tokens").asLong())
                .isPositive()
                .isGreaterThanOrEqualTo(2 * whole.get("calls").asLong());
        assertThat(whole.has("first_token_ms")).isFalse();
        assertThat(server.calls).contains("Caption").doesNotContain("Generate");

        server.generator("painter", GenerationTask.CAPTION);
        server.generator("sage", GenerationTask.ANSWER);
        JsonNode caption = bench("caption", "--json", "--text", "red").json();
        JsonNode answer = bench("answer", "--json", "--question", "is it red ?").json();
        assertThat(caption.get("model").asText()).isEqualTo("painter/1");
        assertThat(caption.has("first_token_ms")).isTrue();
        assertThat(answer.get("model").asText()).isEqualTo("sage/1");
        assertThat(answer.get("tokens").asLong())
                .isEqualTo(4 * answer.get("calls").asLong());
    }

    @Test
    void generationIsReportedInATableAndInPlots(@TempDir Path folder) throws IOException {
        Path report = folder.resolve("report.html");

        Outcome outcome = bench("generate", "--text", "a red circle", "--html", report.toString());

        assertThat(outcome.out().lines())
                .contains("method         generate")
                .anyMatch(line -> line.matches("tokens         [0-9,]+, [0-9.,]+ tokens/s"))
                .anyMatch(line -> line.matches("first token    p50 [0-9.]+ ms, p99 [0-9.]+ ms"))
                .anyMatch(line -> line.matches("other tokens   p50 [0-9.]+ ms, p99 [0-9.]+ ms each"));
        String html = Files.readString(report);
        assertThat(html).contains("Time to the first token", "Time per further token");
        assertThat(html.split("<svg ", -1)).hasSize(6);
        assertThat(html).doesNotContain("NaN");
    }

    @Test
    void generationThatFailsIsTold() {
        Outcome outcome = bench("generate", "--text", "broken", "--cache", "on");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("sensorium: turns[0].contents[0]: not a picture");
    }

    @Test
    void makesCallsAtARate() {
        JsonNode json = bench("--rate", "50", "--json").json();

        assertThat(json.get("calls").asLong()).isBetween(1L, 27L);
        assertThat(json.get("load").asText()).isEqualTo("50 calls/s of 1");
    }

    @Test
    void embedsInStreams() {
        JsonNode json = bench("--stream", "--text", "red", "--json").json();

        assertThat(json.get("calls").asLong()).isPositive();
        assertThat(server.calls.stream().filter(call -> call.equals("EmbedStream")))
                .hasSize(4);
    }

    @Test
    void usesTheCacheAsTold() {
        JsonNode on = bench("--cache", "on", "--text", "red", "--json").json();
        JsonNode mixed = bench("--cache", "mixed", "--text", "red", "--json").json();

        assertThat(on.get("cache_hits").asLong())
                .isPositive()
                .isEqualTo(on.get("embeddings").asLong());
        double share =
                mixed.get("cache_hits").asDouble() / mixed.get("embeddings").asDouble();
        assertThat(share).isBetween(0.4, 0.6);
    }

    @Test
    void countsErrors() {
        Outcome outcome = bench("--text", "broken");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("sensorium: contents[0]: not a picture");

        server.embeddings.failAfter(
                20, FakeServer.rich(Status.Code.RESOURCE_EXHAUSTED, "CAPACITY", "queue: full", "", "", 1));
        JsonNode json = bench("--text", "red", "--json").json();
        assertThat(json.get("errors").get("RESOURCE_EXHAUSTED").asLong()).isPositive();
    }

    @Test
    void printsATable() {
        Outcome outcome = bench("--text", "red");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines())
                .contains("model          words/1", "cache          off", "errors         none")
                .anyMatch(line -> line.matches("throughput     [0-9.,]+ answers/s, [0-9.,]+ items/s"))
                .anyMatch(line -> line.matches("latency        p50 [0-9.]+ ms, p95 [0-9.]+ ms, p99 .*"));
    }

    @Test
    void writesAReport(@TempDir Path folder) throws IOException {
        Path report = folder.resolve("report.html");

        assertThat(bench("--text", "red", "--html", report.toString()).code()).isZero();

        String html = Files.readString(report);
        assertThat(html).contains("<td>words/1</td>", "<h2>Answers per second</h2>", "p99.9");
        assertThat(html.split("<svg ", -1)).hasSize(4);
        assertThat(html).doesNotContain("NaN", "http://", "https://", "<script");
    }

    @Test
    void readsBatchSizesFromTheMetrics() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        HttpServer metrics = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        metrics.createContext("/q/metrics", exchange -> {
            int read = reads.getAndIncrement();
            byte[] text =
                    """
                    # TYPE sensorium_batch_size_items summary
                    sensorium_batch_size_items_count{model="a",operation="embed"} %d.0
                    sensorium_batch_size_items_sum{model="a",operation="embed"} %d.0
                    sensorium_batch_size_items_count{model="b",operation="embed"} 5.0
                    sensorium_batch_size_items_sum{model="b",operation="embed"} 5.0
                    sensorium_batch_size_items_max{model="a",operation="embed"} 99.0
                    """
                            .formatted(10 + 10 * read, 10 + 75 * read)
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        metrics.start();
        try {
            String address = "http://localhost:" + metrics.getAddress().getPort() + "/q/metrics";
            JsonNode json =
                    bench("--text", "red", "--json", "--metrics", address).json();
            assertThat(json.get("batch_size").asDouble()).isEqualTo(7.5);
        } finally {
            metrics.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "match --stream",
                "generate --stream",
                "caption --batch 2",
                "draw --batch 2",
                "answer --beams 3 --seed 1",
                "--side 0",
                "--stream --rate 5",
                "--concurrency 0",
                "--batch 0",
                "--text a --pictures .",
                "dance",
                "--cache maybe"
            })
    void badUsage(String arguments) {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments.split(" ", -1)));
        assertThat(shell.run(all.toArray(new String[0])).code()).isEqualTo(2);
    }

    @Test
    void sendsPicturesOfAFolder(@TempDir Path folder) throws IOException {
        assertThat(bench("--pictures", folder.toString()).code()).isEqualTo(2);
        Files.writeString(folder.resolve("a.png"), "red");
        assertThat(bench("--pictures", folder.toString(), "--json")
                        .json()
                        .get("payload")
                        .asText())
                .isEqualTo("1 pictures of " + folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void freshPicturesLookTheSame(String format) throws IOException {
        ByteArrayOutputStream original = new ByteArrayOutputStream();
        BufferedImage image = new BufferedImage(5, 7, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 3, 0xff0000);
        ImageIO.write(image, format, original);

        ByteBuffer fresh = BenchPayloads.renewed(ByteBuffer.wrap(original.toByteArray()), new byte[] {'n', 'e', 'w'});

        byte[] bytes = bytes(new Content.Picture(fresh));
        assertThat(bytes).isNotEqualTo(original.toByteArray());
        assertThat(pixels(bytes)).isEqualTo(pixels(original.toByteArray()));
    }

    @Test
    void freshBitmapsHaveOtherPixelsInOneRow() throws IOException {
        Content.Picture bitmap = (Content.Picture)
                BenchPayloads.bitmaps(BenchPayloads.generated(7)).get(0);
        BenchPayloads payloads = new BenchPayloads(List.of(bitmap), 1);
        int[] before = pixels(bytes(bitmap));

        int[] first = pixels(bytes((Content.Picture) payloads.next()));
        int[] second = pixels(bytes((Content.Picture) payloads.next()));

        assertThat(first).isNotEqualTo(before).isNotEqualTo(second);
        for (int i = 0; i < before.length; i++) {
            if (i / 7 != 3) {
                assertThat(first[i]).isEqualTo(before[i]);
            }
        }
    }

    @Test
    void halfOfMixedPayloadsAreFresh() {
        BenchPayloads payloads = new BenchPayloads(List.of(Content.text("red")), 0.5);
        HashSet<Content> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            seen.add(payloads.next());
        }
        assertThat(seen).hasSize(51);
    }

    private static byte[] bytes(Content.Picture picture) {
        byte[] bytes = new byte[picture.encoded().remaining()];
        picture.encoded().duplicate().get(bytes);
        return bytes;
    }

    private static int[] pixels(byte[] file) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private Outcome bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(SHORT);
        all.addAll(List.of(arguments));
        return shell.run(all.toArray(new String[0]));
    }
}
