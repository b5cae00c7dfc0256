package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTest {

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());
    private final Path folder;

    SearchTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void draw() throws IOException {
        Files.createDirectories(folder.resolve("deep/deeper"));
        Files.writeString(folder.resolve("a.png"), "blue square");
        Files.writeString(folder.resolve("b.JPG"), "blue circle");
        Files.writeString(folder.resolve("deep/deeper/c.webp"), "red circle");
        Files.writeString(folder.resolve("deep/notes.txt"), "red circle");
        Files.writeString(folder.resolve("deep/broken.png"), "broken");
        Files.writeString(folder.resolve("empty.gif"), "");
        Files.createSymbolicLink(folder.resolve("gone.png"), folder.resolve("nothing.png"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void printsTheBestPicturesFirst() {
        Outcome outcome = shell.run("search", "a red circle", folder.toString(), "--top", "2");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .isEqualTo(" 1.000  %s%n 0.500  %s%n"
                        .formatted(folder.resolve("deep/deeper/c.webp"), folder.resolve("b.JPG")));
    }

    @Test
    void tellsWhatWasSkippedAndWhy() {
        Outcome outcome = shell.run("search", "a red circle", folder.toString());

        assertThat(outcome.err().lines().toList().get(0))
                .matches("6 pictures in [0-9.]+ s \\([0-9,]+/s\\), 0 from the server's cache, 3 skipped");
        assertThat(outcome.err().lines().skip(1))
                .containsExactly(
                        "  skipped " + folder.resolve("deep/broken.png")
                                + ": content: not a picture (expected: PNG, JPEG, GIF, BMP or WebP)",
                        "  skipped " + folder.resolve("empty.gif")
                                + ": items[0].content: 0 bytes (expected: an encoded file)",
                        "  skipped " + folder.resolve("gone.png") + ": " + folder.resolve("gone.png")
                                + ": no such file");
    }

    @Test
    void tellsWhatTheCacheKnew() {
        shell.run("search", "a red circle", folder.toString());

        assertThat(shell.run("search", "a blue square", folder.toString()).err())
                .contains(", 3 from the server's cache, ");
        assertThat(shell.run("search", "a blue square", folder.toString(), "--cache", "bypass")
                        .err())
                .contains(", 0 from the server's cache, ");
    }

    @Test
    void printsJson() {
        JsonNode json =
                shell.run("search", "a red circle", folder.toString(), "--json").json();

        assertThat(json.fieldNames()).toIterable().containsExactly("model", "results", "cache_hits", "skipped");
        assertThat(json.get("model").asText()).isEqualTo("words/1");
        assertThat(json.get("results")).hasSize(3);
        assertThat(json.at("/results/0/content").asText()).endsWith("c.webp");
        assertThat(json.at("/results/0/score").asDouble()).isCloseTo(1, within(1e-6));
        assertThat(json.get("cache_hits").asInt()).isZero();
        assertThat(json.get("skipped")).hasSize(3);
        assertThat(json.at("/skipped/2/content").asText()).endsWith("gone.png");
        assertThat(json.at("/skipped/2/reason").asText()).endsWith("no such file");
    }

    @Test
    void showsProgressOnATerminal() {
        Outcome outcome = new Shell(server.target(), false, true, true).run("search", "red", folder.toString());

        assertThat(outcome.err())
                .contains("\rembedding  " + "█".repeat(30) + "  6/6  ")
                .contains(" left\u001b[K\r\u001b[K");
    }

    @Test
    void findsNothingInAnEmptyFolder() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        Outcome outcome = shell.run("search", "red", empty.toString());

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("no pictures (expected: .png");
    }

    @Test
    void needsAFolder() {
        assertThat(shell.run("search", "red", folder.resolve("a.png").toString())
                        .code())
                .isEqualTo(2);
        assertThat(shell.run("search", "red", folder.toString(), "--top", "0").err())
                .startsWith("sensorium: --top: 0 (expected: >= 1)");
    }
}
