package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.client.Content;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Embedding;
import dev.sensorium.client.Item;
import dev.sensorium.client.ItemResult;
import dev.sensorium.client.ModelDescription;
import dev.sensorium.client.ModelState;
import dev.sensorium.deploy.Distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a new user sees: the distribution with its demo models, from the command line, the SDK and a stock client. */
class DistributionIT extends ServedTest {

    private static final Path SAMPLES = Distribution.HOME.resolve("samples");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEMO = "clip-shapes";

    @Test
    void namesEverySampleOfOneObjectAmongAllForty() throws Exception {
        List<String> names = new ArrayList<>();
        for (String color : List.of("red", "green", "blue", "yellow", "purple", "orange", "white", "cyan")) {
            for (String shape : List.of("circle", "square", "triangle", "star", "cross")) {
                names.add("a " + color + " " + shape);
            }
        }
        for (Path sample : samplesOfOneObject()) {
            var match = sensorium.match(Content.image(sample), names.toArray(String[]::new));
            assertThat(match.best().text())
                    .as("%s", sample)
                    .isEqualTo("a " + stem(sample).replace('-', ' '));
        }
    }

    @Test
    void listsTheDemoModelReadyWithWhatItIs() {
        ModelDescription model = sensorium.model(DEMO);

        assertThat(model.state()).isEqualTo(ModelState.READY);
        assertThat(model.dimensions()).isEqualTo(64);
        assertThat(model.parity()).contains("transformers");
        assertThat(model.checkpointSha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void streamsEmbeddingsInTheOrderOfTheItems() throws Exception {
        List<Item> items = new ArrayList<>();
        for (Path sample : samplesOfOneObject()) {
            items.add(new Item(stem(sample), Content.image(sample)));
        }

        List<ItemResult> results = new ArrayList<>();
        try (var stream = sensorium.embedAll(items, EmbedOptions.DEFAULT)) {
            stream.forEachRemaining(results::add);
        }

        assertThat(results)
                .extracting(ItemResult::id)
                .containsExactlyElementsOf(items.stream().map(Item::id).toList());
        assertThat(results).extracting(ItemResult::model).containsOnly("clip-shapes/1"); // of two that embed
        Embedding alone = sensorium.embed(items.get(0).content());
        assertThat(results.get(0).embedding().cosine(alone)).isGreaterThan(0.99999);
    }

    @Test
    void matchesAPictureFromTheCommandLine() throws Exception {
        Outcome outcome = Distribution.sensorium(
                server,
                "match",
                SAMPLES.resolve("red-circle.png").toString(),
                "a blue square",
                "a red circle",
                "--json");

        assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
        JsonNode answer = JSON.readTree(outcome.output());
        assertThat(answer.get("model").asText()).isEqualTo(DEMO + "/1");
        JsonNode best = answer.get("results").get(0);
        assertThat(best.get("text").asText()).isEqualTo("a red circle");
        assertThat(best.get("probability").asDouble()).isGreaterThan(0.9);
    }

    @Test
    void findsAPictureByWordsFromTheCommandLine() throws Exception {
        Outcome outcome = Distribution.sensorium(server, "search", "a blue star", SAMPLES.toString(), "--top", "1");

        assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
        assertThat(outcome.output()).contains("blue-star.png");
    }

    @Test
    void saysInOneLineWhatIsWrongWithAPicture() throws Exception {
        Outcome outcome = Distribution.sensorium(
                server, "match", Distribution.HOME.resolve("LICENSE").toString(), "a");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).contains("contents[0]").doesNotContain("Exception", "\tat ");
    }

    @Test
    void answersAStockClientThroughReflection() throws Exception {
        var channel = server.channel();
        try {
            var stock = new ReflectionClient(channel);
            String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(SAMPLES.resolve("red-circle.png")));

            String answer = stock.call(
                    "sensorium.v1.EmbeddingService",
                    "Match",
                    """
                    {"contents": [{"image": {"data": "%s"}}], "texts": ["a red circle", "a blue square"]}"""
                            .formatted(picture));

            assertThat(stock.services())
                    .contains("sensorium.v1.EmbeddingService", "sensorium.v1.ModelService", "grpc.health.v1.Health");
            JsonNode probabilities = JSON.readTree(answer).at("/matches/0/probabilities");
            assertThat(probabilities.get(0).asDouble())
                    .isGreaterThan(probabilities.get(1).asDouble());
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void saysAtStartWhichModelsItServesAndWhere() throws Exception {
        assertThat(server.log())
                .contains(DEMO + "/1", "cpu:0", server.target().substring("localhost:".length()))
                .doesNotContain("Exception", " WARN ", " ERROR ");
    }

    private static List<Path> samplesOfOneObject() throws Exception {
        try (Stream<Path> samples = Files.list(SAMPLES)) {
            return samples.filter(sample -> stem(sample).matches("[a-z]+-[a-z]+"))
                    .sorted()
                    .toList();
        }
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
    }
}
