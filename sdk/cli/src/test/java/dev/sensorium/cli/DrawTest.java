package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.FakeServer;
import dev.sensorium.proto.v1.GenerateImageRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawTest {

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());
    private final Path folder;
    private final String file;

    DrawTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("out.png").toString();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void writesThePicture() throws IOException {
        Files.writeString(folder.resolve("out.png"), "something longer".repeat(1_000));

        assertThat(shell.run("draw", "a red circle", "-o", file, "--seed", "255"))
                .isEqualTo(new Outcome(0, file + "  seed 255\n", ""));

        assertThat(ImageIO.read(folder.resolve("out.png").toFile()).getRGB(1, 1))
                .isEqualTo(0xff0000ff);
        assertThat(Files.size(folder.resolve("out.png"))).isLessThan(1_000);
    }

    @Test
    void asksForWhatItIsTold() {
        shell.run(
                "draw",
                "a red circle",
                "--output=" + file,
                "--model=easel",
                "--count=2",
                "--rerank=words",
                "--guidance=4",
                "--temperature=0.5",
                "--top-k=256",
                "--truncate",
                "--preview");
        GenerateImageRequest sent = server.drawings.requests.remove();
        assertThat(sent.getModel()).isEqualTo("easel");
        assertThat(sent.getPrompt()).isEqualTo("a red circle");
        assertThat(sent.getCount()).isEqualTo(2);
        assertThat(sent.getRerankModel()).isEqualTo("words");
        assertThat(sent.getDrawing().getGuidance()).isEqualTo(4);
        assertThat(sent.getDrawing().getTemperature()).isEqualTo(0.5);
        assertThat(sent.getDrawing().getTopK()).isEqualTo(256);
        assertThat(sent.getDrawing().hasSeed()).isFalse();
        assertThat(sent.getTruncatePrompt()).isTrue();
        assertThat(sent.getPreviewInterval()).isZero(); // this is no terminal
    }

    @Test
    void numbersThePicturesBestFirst() {
        Outcome outcome = shell.run("draw", "a red circle", "-o", file, "--count", "3", "--rerank", "words");
        assertThat(outcome.out().lines())
                .containsExactly(
                        folder.resolve("out-1.png") + "  seed 44  score 2.50",
                        folder.resolve("out-2.png") + "  seed 43  score 1.50",
                        folder.resolve("out-3.png") + "  seed 42  score 0.50");
        assertThat(folder.resolve("out-3.png")).exists();
        assertThat(folder.resolve("out.png")).doesNotExist();
    }

    @Test
    void tellsItToPrograms() {
        JsonNode json = shell.run("draw", "a red circle", "-o", file, "--count", "2", "--rerank", "words", "--json")
                .json();
        assertThat(json.fieldNames()).toIterable().containsExactly("model", "images");
        assertThat(json.get("model").asText()).isEqualTo("easel/1");
        assertThat(json.get("images")).hasSize(2);
        JsonNode best = json.at("/images/0");
        assertThat(best.fieldNames()).toIterable().containsExactly("file", "score", "seed");
        assertThat(best.get("file").asText())
                .isEqualTo(folder.resolve("out-1.png").toString());
        assertThat(best.get("score").asDouble()).isEqualTo(1.5);
        assertThat(best.get("seed").asLong()).isEqualTo(43);
        JsonNode unranked =
                shell.run("draw", "a red circle", "-o", file, "--json").json().at("/images/0");
        assertThat(unranked.fieldNames()).toIterable().containsExactly("file", "seed");
    }

    @Test
    void showsAProgressBarWhereALineCanBeWrittenOver() {
        Outcome outcome = new Shell(server.target(), false, true, true).run("draw", "a red circle", "-o", file);
        assertThat(outcome.out()).isEqualTo(file + "  seed 42\n");
        assertThat(outcome.err()).contains("drawing  ", "2/2").endsWith("\r\u001b[K");
        assertThat(server.drawings.requests.remove().getPreviewInterval()).isZero();
    }

    /** The pictures are as blue as their seeds say, and the third is a little green. */
    @Test
    void showsPicturesInTheTerminalAndLeavesThemThere() {
        Outcome outcome = new Shell(server.target(), true, true, true)
                .run("draw", "blue", "-o", file, "--preview", "--count", "4", "--seed", "254");
        assertThat(server.drawings.requests.remove().getPreviewInterval()).isEqualTo(16);
        assertThat(outcome.err())
                .contains("\u001b[38;2;0;0;254m\u001b[48;2;0;0;254m▀", "\u001b[38;2;0;0;255m", "\u001b[38;2;0;1;0m")
                .endsWith("\r\u001b[K")
                .doesNotContain("\u001b[J");
        Outcome plain = new Shell(server.target(), false, false, true)
                .run("draw", "blue", "-o", file, "--preview", "--preview-interval", "4");
        assertThat(server.drawings.requests.remove().getPreviewInterval()).isEqualTo(4);
        assertThat(plain.err()).contains("@@@@@@").doesNotContain("▀", "38;2");
    }

    @Test
    void complaints() {
        assertThat(shell.run("draw", "a red circle", "-o", "out.jpg").err())
                .startsWith("sensorium: --output: \"out.jpg\" (expected: a name that ends with .png)");
        assertThat(shell.run("draw", "a red circle", "--count", "0").code()).isEqualTo(2);
        assertThat(shell.run("draw").code()).isEqualTo(2);
        Path missing = folder.resolve("no/such");
        assertThat(shell.run(
                        "draw", "a red circle", "-o", missing.resolve("a.png").toString()))
                .isEqualTo(new Outcome(1, "", "sensorium: " + missing + ": no such file\n"));
        assertThat(server.drawings.requests).isEmpty();
        assertThat(shell.run("draw", "broken", "-o", file))
                .isEqualTo(new Outcome(1, "", "sensorium: prompt: too long\n"));
        assertThat(shell.run("draw", "silence", "-o", file, "--timeout", "300ms"))
                .isEqualTo(new Outcome(1, "", "sensorium: no answer in time (see --timeout)\n"));
        assertThat(Shell.at("localhost:1")
                        .run("draw", "a red circle", "-o", file)
                        .code())
                .isEqualTo(3);
    }
}
