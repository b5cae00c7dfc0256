package dev.sensorium.cli;

import static dev.sensorium.proto.v1.GenerationTask.GENERATION_TASK_ANSWER;
import static dev.sensorium.proto.v1.GenerationTask.GENERATION_TASK_CAPTION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sensorium.cli.Shell.Outcome;
import dev.sensorium.client.FakeServer;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.Role;
import io.grpc.Status;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that tell a text: caption, ask and generate. */
class TellingTest {

    private final FakeServer server = new FakeServer();
    private final Shell shell = Shell.at(server.target());
    private final Path folder;

    TellingTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void captionsPieceByPiece() throws IOException {
        Outcome outcome = shell.run("caption", picture("red circle"), "--prefix", "a picture of a ");

        assertThat(outcome).isEqualTo(new Outcome(0, "a picture of a red circle\n", ""));
        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        assertThat(sent.getModel()).isEmpty();
        assertThat(sent.getPrefix()).isEqualTo("a picture of a ");
        assertThat(sent.getTask()).isEqualTo(GENERATION_TASK_CAPTION);
        assertThat(sent.getTurns(0).getContents(0).getImage().getData().toStringUtf8())
                .isEqualTo("red circle");
    }

    @Test
    void showsExamplesBeforeTheQuestion() throws IOException {
        String example = picture("a strange thing");
        String asked = Files.writeString(folder.resolve("asked.png"), "another").toString();

        Outcome outcome = shell.run("ask", asked, "what is this?", "--example", example + "=dax", "--json");

        assertThat(outcome.json().get("text").asText()).isEqualTo("what is this?");
        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        assertThat(sent.getTask()).isEqualTo(GENERATION_TASK_ANSWER);
        assertThat(sent.getTurnsCount()).isEqualTo(3);
        assertThat(sent.getTurns(0).getContents(0).hasImage()).isTrue();
        assertThat(sent.getTurns(0).getContents(1).getText()).isEqualTo("what is this?");
        assertThat(sent.getTurns(1).getRole()).isEqualTo(Role.ROLE_MODEL);
        assertThat(sent.getTurns(1).getContents(0).getText()).isEqualTo("dax");
        assertThat(shell.run("ask", asked, "what is this?", "--example", example)
                        .err())
                .contains("--example: \"" + example + "\" (expected: FILE=TEXT)");
        assertThat(shell.run("ask", asked, "what is this?", "--example", example + "=dax", "--nearest", "0")
                        .err())
                .contains("--nearest: 0 (expected: >= 1)");
    }

    @Test
    void gifsThatMoveAreVideos() throws IOException {
        String moving = gif("moving.gif", 3);
        String still = gif("still.gif", 1);

        assertThat(shown(moving).hasVideo()).isTrue();
        assertThat(shown(still).hasImage()).isTrue();
        assertThat(shown(picture("red circle")).hasImage()).isTrue();
        assertThat(shown(Files.writeString(folder.resolve("broken.gif"), "no GIF")
                                .toString())
                        .hasImage())
                .isTrue();
        assertThat(shown(moving, "--no-video").hasImage()).isTrue();
        assertThat(shown(still, "--video").hasVideo()).isTrue();
        assertThat(shown(moving).getVideo().hasSampleRate()).isFalse();
        assertThat(shown(moving, "--fps", "0.5").getVideo().getSampleRate()).isEqualTo(0.5);
        assertThat(shell.run("ask", moving, "where?", "--fps", "0").err())
                .contains("--fps: 0.0 (expected: > 0 and <= 1000)");
        assertThat(shell.run("embed", moving, "--fps", "NaN").err()).contains("--fps: NaN (expected: > 0 and <= 1000)");
    }

    @Test
    void framesASecondAreOfVideos() throws IOException {
        String picture = picture("red circle");
        String moving = gif("moving.gif", 3);
        String complaint = "sensorium: --fps: no videos (expected: at least one, such as an MP4; see --video)\n";

        for (String command : List.of("embed PICTURE", "embed --text red", "caption PICTURE", "ask PICTURE where?")) {
            Outcome outcome = shell.run((command.replace("PICTURE", picture) + " --fps 1").split(" ", -1));
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err())
                    .isEqualTo(complaint + "Try \"sensorium %s --help\".\n".formatted(command.split(" ", -1)[0]));
        }
        JsonNode both =
                shell.run("embed", picture, moving, "--fps", "1", "--json").json();
        assertThat(both.at("/results/0").has("video")).isFalse();
        assertThat(both.at("/results/1/video/seconds").toString()).isEqualTo("[0.0]");
        assertThat(shell.run("embed", moving, "--no-video", "--fps", "1").err()).startsWith(complaint);
    }

    @Test
    void showsOnlyTheExamplesThatResembleThePicture() throws IOException {
        String asked = picture("red circle");
        String other = Files.writeString(folder.resolve("other.png"), "green star of another kind")
                .toString();
        String same =
                Files.writeString(folder.resolve("same.png"), "red circle").toString();

        shell.run(
                "ask",
                asked,
                "what is this?",
                "--nearest",
                "1",
                "--example",
                same + "=dax",
                "--example",
                other + "=wug");

        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        assertThat(sent.getTurnsCount()).isEqualTo(3);
        assertThat(sent.getTurns(1).getContents(0).getText()).isEqualTo("dax");
    }

    @Test
    void captionsAsJson() throws IOException {
        JsonNode piecewise = shell.run(
                        "caption", picture("red circle"), "--json", "--prefix", "a ", "--model", "painter/1")
                .json();
        JsonNode whole =
                shell.run("ask", picture("red circle"), "is it red", "--json").json();

        assertThat(piecewise.fieldNames()).toIterable().containsExactly("model", "text", "finish_reason", "usage");
        assertThat(piecewise.get("model").asText()).isEqualTo("painter/1");
        assertThat(piecewise.get("text").asText()).isEqualTo("a red circle");
        assertThat(piecewise.get("finish_reason").asText()).isEqualTo("STOP");
        assertThat(piecewise.get("usage").toString())
                .isEqualTo("{\"prompt_tokens\":1,\"generated_tokens\":2,\"encoded_contents\":1,"
                        + "\"encoder_cache_hits\":0,\"reused_tokens\":0,\"queue_ms\":2.0,\"generation_ms\":1000.0}");
        assertThat(whole.fieldNames()).toIterable().containsExactly("model", "text", "finish_reason", "usage");
        assertThat(whole.get("text").asText()).isEqualTo("is it red");
    }

    @Test
    void asksAboutSeveralPictures() throws IOException {
        String before = picture("red circle");
        String after =
                Files.writeString(folder.resolve("after.png"), "blue circle").toString();

        assertThat(shell.run("ask", before, after, "what has changed?").out()).isEqualTo("what has changed?\n");
        GenerateRequest piecewise = (GenerateRequest) server.generations.requests.remove();
        assertThat(piecewise.getTask()).isEqualTo(GENERATION_TASK_ANSWER);
        assertThat(piecewise.getTurns(0).getContentsCount()).isEqualTo(3);
        assertThat(piecewise.getTurns(0).getContents(2).getText()).isEqualTo("what has changed?");
    }

    @Test
    void generatesFromTextsAndPictures() throws IOException {
        Outcome outcome = shell.run(
                "generate", picture("red"), "and what is photo.png", "--system", "be brief", "--model", "echo");

        assertThat(outcome.out()).isEqualTo("and what is photo.png\n");
        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        assertThat(sent.getTurns(0).getRole()).isEqualTo(Role.ROLE_SYSTEM);
        assertThat(sent.getTurns(1).getContents(0).hasImage()).isTrue();
        assertThat(sent.getTurns(1).getContents(1).getText()).isEqualTo("and what is photo.png");
        assertThat(shell.run("generate", "nothing.png").err()).startsWith("sensorium: \"nothing.png\": no such file");
    }

    @Test
    void passesTheDecodingOn() {
        shell.run(
                "generate a --max-tokens 9 --temperature 0.7 --top-k 5 --top-p 0.9 --min-p 0.1 --seed 7 --stop . --stop !"
                        .split(" ", -1));
        shell.run("generate a --beams 3".split(" ", -1));
        Outcome allowed = shell.run("generate a --allow yes --allow no".split(" ", -1));
        shell.run("generate a --truncate --orient".split(" ", -1));

        var sampled = ((GenerateRequest) server.generations.requests.remove()).getDecoding();
        assertThat(sampled.getMaxTokens()).isEqualTo(9);
        assertThat(sampled.getStopTextsList()).containsExactly(".", "!");
        assertThat(sampled.getSample().getTemperature()).isEqualTo(0.7);
        assertThat(sampled.getSample().getTopK()).isEqualTo(5);
        assertThat(sampled.getSample().getTopP()).isEqualTo(0.9);
        assertThat(sampled.getSample().getMinP()).isEqualTo(0.1);
        assertThat(sampled.getSample().getSeed()).isEqualTo(7);
        var beams = ((GenerateRequest) server.generations.requests.remove()).getDecoding();
        assertThat(beams.getBeams().getCount()).isEqualTo(3);
        assertThat(beams.hasMaxTokens()).isFalse();
        assertThat(allowed.out()).isEqualTo("yes\n");
        var fixed = ((GenerateRequest) server.generations.requests.remove()).getDecoding();
        assertThat(fixed.getAllowedTextsList()).containsExactly("yes", "no");
        assertThat(fixed.hasSample()).isFalse();
        var options = ((GenerateRequest) server.generations.requests.remove()).getOptions();
        assertThat(options.getTruncateText() && options.getApplyOrientation()).isTrue();
    }

    @Test
    void tellsHowLikelyTokensWere() throws IOException {
        Outcome lines = shell.run("generate", "a red", "--log-probabilities", "2");
        JsonNode json = shell.run("generate", "a red", "--log-probabilities", "1", "--json")
                .json();

        assertThat(lines.out().lines())
                .containsExactly(
                        "a red",
                        "     1   -0.5000  \"word 0\" -0.5000, \"word 1\" -1.5000",
                        "     4   -0.5000  \"word 0\" -0.5000, \"word 1\" -1.5000");
        assertThat(json.at("/tokens/1").toString())
                .isEqualTo("{\"token\":4,\"log_probability\":-0.5,"
                        + "\"best\":[{\"token\":0,\"text\":\"word 0\",\"log_probability\":-0.5}]}");
        assertThat(shell.run("caption", picture("red"), "--log-probabilities", "1")
                        .out())
                .contains("-0.5000  \"word 0\"");
    }

    @Test
    void textCannotCommandTheTerminal() {
        assertThat(shell.run("generate", "a\u001b[31m red\u0007\n circle").out())
                .isEqualTo("a[31m red\n circle\n");
    }

    @Test
    void failureIsOneLine() throws IOException {
        assertThat(shell.run("caption", picture("broken")))
                .isEqualTo(new Outcome(1, "", "sensorium: turns[0].contents[0]: not a picture\n"));
        assertThat(shell.run("generate", "a", "--model", "nothing", "--prefix", "b"))
                .isEqualTo(new Outcome(1, "", "sensorium: model: \"nothing\" (expected: words)\n"));
        assertThat(shell.run("caption", "nothing.png").err()).isEqualTo("sensorium: nothing.png: no such file\n");
        assertThat(shell.run("generate", "red silence", "--timeout", "300ms"))
                .isEqualTo(new Outcome(1, "red\n", "sensorium: no answer in time (see --timeout)\n"));
        server.failNext(FakeServer.rich(Status.Code.RESOURCE_EXHAUSTED, "QUEUE_FULL", "queue: full", "", "", 2));
        assertThat(shell.run("generate", "a").err()).isEqualTo("sensorium: queue: full; try again in 2.0 s\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ask photo.png",
                "caption",
                "generate",
                "generate a --beams 3 --temperature 1",
                "generate a --max-tokens many"
            })
    void badUsage(String arguments) {
        assertThat(shell.run(arguments.split(" ", -1)).code()).isEqualTo(2);
        assertThat(server.calls).isEmpty();
    }

    private String picture(String words) throws IOException {
        return Files.writeString(folder.resolve("photo.png"), words).toString();
    }

    /** Returns what the model was shown of a file. */
    private Content shown(String file, String... options) {
        List<String> arguments = new ArrayList<>(List.of("ask", file, "where does it go?"));
        arguments.addAll(List.of(options));
        assertThat(shell.run(arguments.toArray(String[]::new)).err()).isEmpty();
        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        return sent.getTurns(0).getContents(0);
    }

    private String gif(String name, int frames) throws IOException {
        Path file = folder.resolve(name);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream output = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(output);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames; i++) {
                BufferedImage frame = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
                frame.setRGB(i, i, 0xFFFFFF);
                writer.writeToSequence(new IIOImage(frame, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return file.toString();
    }
}
