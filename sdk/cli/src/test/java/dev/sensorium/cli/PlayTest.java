package dev.sensorium.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.FakeServer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlayTest {

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());
    private final Path folder;

    PlayTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void tellsHowEpisodesWent() {
        assertThat(shell.run("play", "cartpole"))
                .isEqualTo(new Outcome(0, "seed 0      success  return 500.00  500 steps  balance the pole\n", ""));
        assertThat(shell.run("play", "grid", "--episodes", "2", "--seed", "12345")
                        .out()
                        .lines())
                .containsExactly(
                        "seed 12345  failure  return 0.00  24 steps  go to the red square",
                        "seed 12346  failure  return 0.00  24 steps  go to the blue circle",
                        "mean return 0.00, success 0/2");
    }

    @Test
    void tellsItToPrograms() {
        JsonNode json = shell.run("play", "pendulum", "--episodes", "2", "--seed", "7", "--json")
                .json();
        assertThat(json.fieldNames()).toIterable().containsExactly("model", "environment", "episodes");
        assertThat(json.get("model").asText()).isEqualTo("player/1");
        assertThat(json.get("environment").asText()).isEqualTo("pendulum");
        assertThat(json.get("episodes")).hasSize(2);
        JsonNode second = json.at("/episodes/1");
        assertThat(second.fieldNames()).toIterable().containsExactly("seed", "return", "steps", "success");
        assertThat(second.get("seed").asLong()).isEqualTo(8);
        assertThat(second.get("return").asDouble()).isNegative();
        assertThat(second.get("steps").asInt()).isEqualTo(200);
        assertThat(second.get("success").asBoolean()).isFalse();
    }

    @Test
    void asksForWhatItIsTold() {
        shell.run("play", "grid", "--model", "player/1", "--seed", "3", "--sample");
        var task = server.policies.requests.remove().getTask();
        assertThat(task.getModel()).isEqualTo("player/1");
        assertThat(task.getSeed()).isEqualTo(3);
        assertThat(task.getActionSpacesOrThrow("move").getDiscrete().getSize()).isEqualTo(4);
    }

    @Test
    void savesAFilm() throws IOException {
        Path gif = Files.writeString(folder.resolve("grid.gif"), "something longer".repeat(100_000));
        shell.run("play", "grid", "--seed", "12345", "--gif", gif.toString());
        try (ImageInputStream file = ImageIO.createImageInputStream(gif.toFile())) {
            ImageReader reader = ImageIO.getImageReaders(file).next();
            reader.setInput(file);
            assertThat(reader.getNumImages(true)).isEqualTo(25);
            BufferedImage first = reader.read(0);
            assertThat(first.getWidth()).isEqualTo(240);
            assertThat(first.getRGB(3, 3) & 0xff).isCloseTo(205, within(50));
            assertThat(delay(reader, 0)).isEqualTo("25");
            assertThat(delay(reader, 24)).isEqualTo("100");
        }
        assertThat(Files.size(gif)).isLessThan(200_000);
    }

    private static String delay(ImageReader reader, int frame) throws IOException {
        IIOMetadataNode root =
                (IIOMetadataNode) reader.getImageMetadata(frame).getAsTree("javax_imageio_gif_image_1.0");
        return ((IIOMetadataNode)
                        root.getElementsByTagName("GraphicControlExtension").item(0))
                .getAttribute("delayTime");
    }

    /** The one who only goes right is two cells left of the goal. */
    @Test
    void drawsInTheTerminal() {
        String[] arguments = {"play", "grid", "--seed", "18"};
        Outcome colours = new Shell(server.target(), true, true, true).run(arguments);
        assertThat(colours.out()).contains("success").contains("2 steps", "go to the red triangle");
        assertThat(colours.err())
                .contains("\u001b[38;2;40;44;52m", "\u001b[38;2;214;48;49m", "▀\u001b[0m\n")
                .endsWith("\u001b[24A\u001b[J");
        assertThat(colours.err().split("\u001b\\[24A", -1)).hasSize(4);
        Outcome plain = new Shell(server.target(), false, false, true).run(arguments);
        assertThat(plain.err()).contains("....\n").doesNotContain("▀", "38;2");
    }

    @Test
    void complaints() {
        assertThat(shell.run("play", "chess").err())
                .startsWith("sensorium: environment: \"chess\" (expected: one of [cartpole, grid, pendulum])");
        assertThat(shell.run("play", "grid", "--episodes", "0").code()).isEqualTo(2);
        assertThat(shell.run("play", "grid", "--model", "nobody"))
                .isEqualTo(new Outcome(1, "", "sensorium: model: \"nobody\" (expected: words)\n"));
        assertThat(shell.run(
                                "play",
                                "grid",
                                "--gif",
                                folder.resolve("no/such/folder.gif").toString())
                        .code())
                .isEqualTo(1);
    }
}
