package dev.sensorium.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sensorium.client.Content;
import dev.sensorium.client.Content.Picture;
import dev.sensorium.client.Content.VideoFile;
import dev.sensorium.client.EmbedOptions;
import dev.sensorium.client.Embedding;
import dev.sensorium.client.GeneratedText;
import dev.sensorium.client.GenerationOptions;
import dev.sensorium.client.GenerationTask;
import dev.sensorium.client.Modality;
import dev.sensorium.client.Prompt;
import dev.sensorium.client.SensoriumException;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.client.VideoSample;
import dev.sensorium.deploy.Distribution.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clips, films and prompts that begin alike with the demo models, in the distribution, over real calls. */
class WatchingIT extends ServedTest {

    private static final Path CLIP = Distribution.HOME.resolve("samples/red-circle-goes-right.gif");
    private static final Path FILM =
            Path.of("../sdk/kit/src/test/resources/goldens/videos/h264.mp4"); // twelve frames, ten a second
    private static final String QUESTION = "where does the red circle go?";
    private static final GenerationOptions FLAMINGO = GenerationOptions.DEFAULT.withModel("flamingo-shapes");
    private static final EmbedOptions CLIP_SHAPES = EmbedOptions.DEFAULT.withModel("clip-shapes");

    @Test
    void asksAboutAClipFromTheCommandLine() throws Exception {
        Outcome answer = Distribution.sensorium(
                server, "ask", CLIP.toString(), QUESTION, "--model", "flamingo-shapes", "--fps", "8", "--json");

        assertThat(answer.exitCode()).as(answer.errors()).isZero();
        JsonNode json = new ObjectMapper().readTree(answer.output());
        assertThat(json.get("text").asText()).isEqualTo("right");
        assertThat(json.at("/videos/0/seconds").toString()).isEqualTo("[0.0,0.12,0.24,0.36,0.48,0.6,0.72,0.84]");
    }

    @Test
    void tellsWhichFramesOfAFilmItLookedAt() throws IOException {
        VideoFile film = Content.videoFile(FILM);
        assertThat(seconds(sensorium.caption(film.withSampleRate(5), "", FLAMINGO)))
                .containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
        assertThat(seconds(sensorium.answer(List.of(film.withSampleRate(1)), QUESTION, FLAMINGO)))
                .containsExactly(0.0, 1.0);
        assertThat(seconds(sensorium.answer(List.of(film), QUESTION, FLAMINGO))).hasSize(8);
        var uploaded = sensorium.upload(Modality.VIDEO, FILM);
        assertThat(seconds(sensorium.caption(uploaded.withSampleRate(1), "", FLAMINGO)))
                .containsExactly(0.0, 1.0);
    }

    @Test
    void embedsAFilmByTheFramesThatAreAskedFor() {
        VideoFile film = Content.videoFile(FILM);
        Embedding two = sensorium.embed(film.withSampleRate(1), CLIP_SHAPES);
        Embedding six = sensorium.embed(film.withSampleRate(5), CLIP_SHAPES);

        assertThat(two.video().orElseThrow().seconds()).containsExactly(0.0, 1.0);
        assertThat(six.video().orElseThrow().seconds()).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
        assertThat(six.values()).isNotEqualTo(two.values());
        assertThat(sensorium.embed(film.withSampleRate(1), CLIP_SHAPES)).isEqualTo(two); // from the cache
    }

    @Test
    void embedsAFilmFromTheCommandLine() throws Exception {
        Outcome embedded = Distribution.sensorium(
                server, "embed", FILM.toString(), "--fps", "1", "--model", "clip-shapes", "--json");

        assertThat(embedded.exitCode()).as(embedded.errors()).isZero();
        JsonNode result = new ObjectMapper().readTree(embedded.output()).at("/results/0");
        assertThat(result.at("/video/seconds").toString()).isEqualTo("[0.0,1.0]");
    }

    @Test
    void refusesWhatCannotBeWatched(@TempDir Path folder) throws IOException {
        byte[] whole = Files.readAllBytes(FILM);
        Path part = Files.write(folder.resolve("part.mp4"), Arrays.copyOf(whole, whole.length / 2));
        Picture frame = Content.image(Pngs.grey(8, 8));

        assertThat(refused(Content.videoFile(part)))
                .hasMessage("content.video: video: MP4: its headers cannot be read");
        assertThat(refused(Content.video(Collections.nCopies(10_000, frame))))
                .hasMessage("content.video: video: 10000 frames (expected: <= 3600)");
        assertThat(refused(Content.video(Collections.nCopies(1_000, frame)).withFrameRate(1)))
                .hasMessage("content.video: video: 1000.0 s (expected: <= 600 s)");
        assertThat(refused(Content.video(List.of()))).hasMessage("content.video.frames.images: 0 (expected: >= 1)");
    }

    @Test
    void refusesPromptsThatCannotBeRead() throws IOException {
        Picture picture = Content.image(Pngs.grey(8, 8));
        Content question = Content.text(QUESTION);
        List<Content> many = new ArrayList<>(Collections.nCopies(33, picture));
        many.add(question);

        assertThat(refused(Prompt.of(many.toArray(Content[]::new))))
                .hasMessage("turns: pictures: 33, frames of videos included (expected: <= 32)");
        assertThat(refused(Prompt.EMPTY.user(picture, question).user(picture, question)))
                .hasMessage("turns[1].role: USER (expected: MODEL)");
        assertThat(refused(Prompt.of(Content.audio(FILM), question))).hasMessageContaining("audio");
    }

    @Test
    void countsWhatPromptsThatBeginAlikeNeedNotRead() throws Exception {
        Path samples = Distribution.HOME.resolve("samples");
        Prompt shown = Prompt.EMPTY
                .example("dax", Content.image(samples.resolve("red-circle.png")), Content.text("what is this?"))
                .example("wug", Content.image(samples.resolve("blue-star.png")), Content.text("what is this?"))
                .withTask(GenerationTask.ANSWER);
        ask(shown, samples.resolve("red-circle.png"));
        double hits = metric("sensorium_generation_prefix_hits_total");
        double tokens = metric("sensorium_generation_prefix_tokens_total");

        int reused = ask(shown, samples.resolve("blue-star.png")).usage().reusedTokens();

        assertThat(reused).isGreaterThanOrEqualTo(16);
        assertThat(metric("sensorium_generation_prefix_hits_total")).isEqualTo(hits + 1);
        assertThat(metric("sensorium_generation_prefix_tokens_total")).isEqualTo(tokens + reused);
        assertThat(metric("sensorium_generation_prefix_size_bytes")).isPositive();
    }

    private GeneratedText ask(Prompt shown, Path picture) {
        Prompt prompt = shown.user(Content.image(picture), Content.text("what is this?"));
        return sensorium.generate(prompt, FLAMINGO).whole();
    }

    private static List<Double> seconds(GeneratedText text) {
        assertThat(text.videos()).hasSize(1);
        return text.videos().stream().map(VideoSample::seconds).toList().get(0);
    }

    private SensoriumException refused(Content content) {
        return refusal(() -> sensorium.caption(content, "", FLAMINGO));
    }

    private SensoriumException refused(Prompt prompt) {
        return refusal(() -> sensorium
                .generate(prompt.withTask(GenerationTask.ANSWER), FLAMINGO)
                .whole());
    }

    private SensoriumException refusal(Runnable call) {
        SensoriumException refused = catchThrowableOfType(SensoriumException.class, call::run);
        assertThat(refused.code()).isEqualTo(Code.INVALID_ARGUMENT);
        return refused;
    }

    /** Returns a number of the demo Flamingo. */
    private double metric(String name) throws Exception {
        URI uri = URI.create("http://localhost:%d/q/metrics".formatted(server.httpPort()));
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
        return body.lines()
                .filter(line -> line.startsWith(name + "{model=\"flamingo-shapes/1\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
