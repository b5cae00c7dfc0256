package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.FakeServer;
import dev.sensorium.client.GenerationTask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());
    private final Path folder;

    CommandsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void modelsInATable() {
        Outcome outcome = shell.run("models");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .isEqualTo(
                        """
                        MODEL    STATE   FAMILY  CAN           TAKES        DIM  DEVICE
                        torn/2   failed  clip
                          model.safetensors: 12 bytes (expected: >= 4096)
                        words/1  ready   fake    embed, match  text, image  4    cpu:0
                        plugin odd: no provider (expected: one at least)
                        """);
    }

    @Test
    void modelsTellTasksAndHeads() {
        server.generator("teller", GenerationTask.CAPTION, GenerationTask.ANSWER);

        assertThat(shell.run("models").out())
                .contains("teller/1  ready   fake    match (itm, itc), generate (caption, answer)\n");
        assertThat(shell.run("model", "teller").out().lines())
                .contains("can     match (itm, itc), generate (caption, answer)");
        JsonNode json = shell.run("model", "teller", "--json").json();
        assertThat(json.get("generation_tasks").toString()).isEqualTo("[\"GENERATE\",\"CAPTION\",\"ANSWER\"]");
        assertThat(json.get("match_heads").toString()).isEqualTo("[\"itm\",\"itc\"]");
    }

    @Test
    void modelsAsJson() {
        JsonNode json = shell.run("models", "--json").json();

        assertThat(names(json)).containsExactly("models");
        assertThat(json.at("/models/0/name").asText()).isEqualTo("torn");
        assertThat(json.at("/models/0/state").asText()).isEqualTo("FAILED");
        assertThat(json.at("/models/1/name").asText()).isEqualTo("words");
        assertThat(json.at("/models/1/capabilities/1").asText()).isEqualTo("MATCH");
        assertThat(json.at("/models/1/dimensions").asInt()).isEqualTo(4);
        assertThat(json.at("/models/1/limits/text_tokens").asInt()).isEqualTo(77);
    }

    @Test
    void oneModel() {
        Outcome outcome = shell.run("model", "words");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines())
                .contains(
                        "model         words/1",
                        "can           embed, match",
                        "limits        text_tokens 77",
                        "ready since   2023-11-14T22:13:20Z");
        assertThat(shell.run("model", "words/1", "--json").json().get("family").asText())
                .isEqualTo("fake");
    }

    @Test
    void embedsFilesAndTexts() throws IOException {
        Path picture = file("red.png", "red circle");

        Outcome outcome = shell.run("embed", picture.toString(), "a blue square", "--text", "red");

        assertThat(outcome.code()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("words/1");
        assertThat(lines.get(1)).contains("red.png").endsWith(" 0.70711   0.00000   0.70711   0.00000");
        assertThat(lines.get(2)).startsWith("a blue square ").endsWith(" 0.00000   0.70711   0.00000   0.70711");
        assertThat(lines.get(3)).startsWith("red ").endsWith(" 0.70711   0.00000   0.00000   0.00000");
    }

    @Test
    void embedsAsJson() throws IOException {
        Path picture = file("red.png", "red circle");

        JsonNode json = shell.run("embed", picture.toString(), "--text", "blau — ☂ 蓝", "--json")
                .json();

        assertThat(names(json)).containsExactly("model", "results");
        assertThat(json.get("model").asText()).isEqualTo("words/1");
        assertThat(names(json.at("/results/0"))).containsExactly("content", "embedding");
        assertThat(json.at("/results/0/content").asText()).isEqualTo(picture.toString());
        assertThat(json.at("/results/0/embedding/0").asDouble()).isCloseTo(Math.sqrt(0.5), within(1e-6));
        assertThat(json.at("/results/0/embedding")).hasSize(4);
        assertThat(json.at("/results/1/content").asText()).isEqualTo("blau — ☂ 蓝");
    }

    @Test
    void embedsLinesOfTheStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("a red circle\n\nblue\n".getBytes(StandardCharsets.UTF_8)));
        try {
            JsonNode json = shell.run("embed", "-", "--json").json();
            assertThat(json.get("results")).hasSize(2);
            assertThat(json.at("/results/1/content").asText()).isEqualTo("blue");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void embedTellsWhichContentsFail() throws IOException {
        Path broken = file("broken.png", "broken");

        Outcome outcome = shell.run("embed", broken.toString(), "--text", "red", "--json");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.json().get("results")).hasSize(1);
        assertThat(outcome.err())
                .isEqualTo("sensorium: \"" + broken
                        + "\": content: not a picture (expected: PNG, JPEG, GIF, BMP or WebP)\n");
    }

    @Test
    void embedsNothingThatMayBeAMistake() {
        Outcome outcome = shell.run("embed", "photo.png");

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("sensorium: \"photo.png\": no such file");
        assertThat(shell.run("embed").code()).isEqualTo(2);
    }

    @Test
    void matchesWithBars() throws IOException {
        Path picture = file("p.png", "red circle");

        Outcome outcome = shell.run("match", picture.toString(), "a blue square", "a red circle", "a red square");

        assertThat(outcome.code()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo(picture + "  words/1");
        assertThat(lines.get(1)).isEqualTo("a red circle   " + "█".repeat(39) + "▊   99.3 %");
        assertThat(lines.get(2)).isEqualTo("a red square   ▎" + " ".repeat(39) + "    0.7 %");
        assertThat(lines.get(3)).isEqualTo("a blue square  " + " ".repeat(40) + "    0.0 %");
    }

    @Test
    void matchesInAscii() throws IOException {
        Path picture = file("p.png", "red circle");

        Outcome outcome = new Shell(server.target(), false, false, false)
                .run("match", picture.toString(), "a red circle", "a red square");

        assertThat(outcome.out().lines().toList().get(1)).isEqualTo("a red circle  " + "#".repeat(40) + "   99.3 %");
        assertThat(outcome.out()).matches("[ -~\\n]*");
    }

    @Test
    void matchesInColour() throws IOException {
        Path picture = file("p.png", "red circle");

        assertThat(new Shell(server.target(), true, true, false)
                        .run("match", picture.toString(), "a red circle")
                        .out())
                .contains("\u001b[1ma red circle\u001b[0m");
    }

    @Test
    void matchesAsJson() throws IOException {
        Path picture = file("p.png", "red circle");

        JsonNode json = shell.run("match", picture.toString(), "a blue square", "a red circle", "--json")
                .json();

        assertThat(names(json)).containsExactly("model", "results");
        assertThat(json.get("model").asText()).isEqualTo("words/1");
        assertThat(names(json.at("/results/0"))).containsExactly("content", "text", "score", "probability");
        assertThat(json.at("/results/0/content").asText()).isEqualTo(picture.toString());
        assertThat(json.at("/results/0/text").asText()).isEqualTo("a red circle");
        assertThat(json.at("/results/0/score").asDouble()).isCloseTo(10, within(1e-4));
        assertThat(json.at("/results/0/probability").asDouble()).isCloseTo(1, within(1e-3));
        assertThat(json.at("/results/1/text").asText()).isEqualTo("a blue square");
    }

    @Test
    void matchesWithScoresThatAreNoProbabilities() throws IOException {
        String picture = file("p.png", "red circle").toString();

        Outcome outcome = shell.run("match", picture, "a blue square", "a red circle", "--head", "itc");
        JsonNode json = shell.run("match", picture, "a red circle", "--head=itc", "--json")
                .json();

        assertThat(outcome.out().lines().skip(1)).containsExactly("a red circle    10.0000", "a blue square    0.0000");
        assertThat(names(json.at("/results/0"))).containsExactly("content", "text", "score");
        assertThat(server.embeddings.heads()).containsExactly("itc", "itc");
    }

    @Test
    void matchesWithTheHeadThatIsAskedFor() throws IOException {
        String picture = file("p.png", "red circle").toString();

        assertThat(shell.run("match", picture, "a red circle", "--head", "itm").out())
                .contains("100.0 %");
        assertThat(server.embeddings.heads()).containsExactly("itm");
    }

    @Test
    void matchesLabelsOfAFile() throws IOException {
        Path picture = file("p.png", "red circle");
        Path labels = file("labels.txt", "a blue circle\n\n  a red circle \n");

        JsonNode json = shell.run(
                        "match", picture.toString(), "red", "--labels", labels.toString(), "--top", "2", "--json")
                .json();

        assertThat(json.get("results")).hasSize(2);
        assertThat(json.at("/results/0/text").asText()).isEqualTo("a red circle");
    }

    @Test
    void passesTemplatesOn() throws IOException {
        String picture = file("p.png", "red circle").toString();

        assertThat(shell.run("match", picture, "red", "--templates", "80").code())
                .isZero();
        assertThat(shell.run("match", picture, "red", "--templates", "clip-imagenet-7")
                        .code())
                .isZero();
        assertThat(shell.run("match", picture, "red", "--templates", "a {}.", "--templates", "the {}.")
                        .code())
                .isZero();
        assertThat(server.embeddings.templates())
                .containsExactly("clip-imagenet-80", "clip-imagenet-7", "a {}.|the {}.");
        assertThat(shell.run("match", picture, "red", "--templates", "80", "--templates", "7")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void matchNeedsTextsAndAPictureThatIsThere() {
        Outcome noTexts = shell.run("match", "photo.png");
        Outcome noPicture = shell.run("match", "photo.png", "red");

        assertThat(noTexts.code()).isEqualTo(2);
        assertThat(noTexts.err()).startsWith("sensorium: no texts (expected: TEXT or --labels FILE)");
        assertThat(noPicture.code()).isEqualTo(1);
        assertThat(noPicture.err()).isEqualTo("sensorium: photo.png: no such file\n");
    }

    @Test
    void healthIsTheExitCode() {
        assertThat(shell.run("health")).isEqualTo(new Outcome(0, "serving\n", ""));
        assertThat(shell.run("health", "--json").json().get("serving").asBoolean())
                .isTrue();
        server.health.enterTerminalState();
        assertThat(shell.run("health")).isEqualTo(new Outcome(1, "not serving\n", ""));
        assertThat(shell.run("health", "nothing").code()).isEqualTo(1);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
