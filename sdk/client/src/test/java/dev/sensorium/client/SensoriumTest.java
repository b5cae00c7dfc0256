package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.proto.v1.CacheControl;
import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.MatchRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensoriumTest {

    private static final Content RED_CIRCLE = picture("red circle");

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());
    private final Path folder;

    SensoriumTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void embedsAContent() {
        Embedding embedding = sensorium.embed(Content.text("a red circle"));

        float half = (float) Math.sqrt(0.5);
        assertThat(embedding).isEqualTo(Embedding.of(half, 0, half, 0));
        assertThat(embedding.cosine(sensorium.embed(RED_CIRCLE))).isCloseTo(1, within(1e-6));
        assertThat(embedding.cosine(sensorium.embed(Content.text("blue square"))))
                .isZero();
    }

    @Test
    void embedsABatchAndTellsHowItWent() {
        EmbedResult result = sensorium.embed(
                List.of(RED_CIRCLE, Content.text("blue"), RED_CIRCLE), EmbedOptions.DEFAULT.withModel("words"));

        assertThat(result.embeddings()).hasSize(3);
        assertThat(result.embeddings().get(0)).isEqualTo(result.embeddings().get(2));
        assertThat(result.stats())
                .isEqualTo(new CallStats("words/1", 3, 1, Duration.ofNanos(1_500_000), Duration.ofSeconds(1)));
    }

    @Test
    void sendsEveryKindOfContent() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "red");
        var frame = Content.image(file);
        List<Content> contents = List.of(
                Content.text("red"),
                frame,
                Content.video(List.of(frame, frame)),
                Content.videoFile(file),
                Content.audio(file),
                Content.digest(Modality.VIDEO, "0".repeat(64)));

        sensorium.embed(contents, EmbedOptions.DEFAULT);

        var sent = ((EmbedRequest) server.embeddings.requests.remove()).getContentsList();
        assertThat(sent.get(0).getText()).isEqualTo("red");
        assertThat(sent.get(1).getImage().getData().toStringUtf8()).isEqualTo("red");
        assertThat(sent.get(2).getVideo().getFrames().getImagesList())
                .containsExactly(sent.get(1).getImage(), sent.get(1).getImage());
        assertThat(sent.get(3).getVideo().getFile().getData().toStringUtf8()).isEqualTo("red");
        assertThat(sent.get(4).getAudio().getData().toStringUtf8()).isEqualTo("red");
        assertThat(sent.get(5).getDigest().getSha256()).isEqualTo("0".repeat(64));
        assertThat(sent.get(5).getDigest().getModality()).isEqualTo(dev.sensorium.proto.v1.Modality.MODALITY_VIDEO);
        assertThat(contents)
                .extracting(Content::modality)
                .containsExactly(
                        Modality.TEXT, Modality.IMAGE, Modality.VIDEO, Modality.VIDEO, Modality.AUDIO, Modality.VIDEO);
    }

    @Test
    void sendsTheOptions() {
        sensorium.embed(
                RED_CIRCLE,
                EmbedOptions.DEFAULT
                        .withModel("words/1")
                        .withTruncateText(true)
                        .withApplyOrientation(true)
                        .withCache(CacheUse.REFRESH));

        EmbedRequest sent = (EmbedRequest) server.embeddings.requests.remove();
        assertThat(sent.getModel()).isEqualTo("words/1");
        assertThat(sent.getOptions().getTruncateText()).isTrue();
        assertThat(sent.getOptions().getApplyOrientation()).isTrue();
        assertThat(sent.getOptions().getCacheControl()).isEqualTo(CacheControl.CACHE_CONTROL_REFRESH);
    }

    @Test
    void matchesAContentWithTexts() {
        MatchResult match = sensorium.match(RED_CIRCLE, "a blue square", "a red circle", "a red square");

        assertThat(match.best().text()).isEqualTo("a red circle");
        assertThat(match.best().score()).isCloseTo(10, within(1e-4f));
        assertThat(match.labels())
                .extracting(Label::text)
                .containsExactly("a blue square", "a red circle", "a red square");
        assertThat(match.ranking())
                .extracting(Label::text)
                .containsExactly("a red circle", "a red square", "a blue square");
        assertThat(match.labels().stream()
                        .mapToDouble(label -> label.probability().orElseThrow())
                        .sum())
                .isCloseTo(1, within(1e-5));
        assertThat(match.stats().embeddingCount()).isEqualTo(4);
    }

    @Test
    void sendsPromptTemplates() {
        sensorium.match(RED_CIRCLE, List.of("red"), MatchOptions.DEFAULT.withTemplateSet("clip-imagenet-80"));
        sensorium.match(RED_CIRCLE, List.of("red"), MatchOptions.DEFAULT.withTemplates(List.of("a {}.", "the {}.")));
        sensorium.match(RED_CIRCLE, "red");

        MatchRequest named = (MatchRequest) server.embeddings.requests.remove();
        MatchRequest listed = (MatchRequest) server.embeddings.requests.remove();
        MatchRequest plain = (MatchRequest) server.embeddings.requests.remove();
        assertThat(named.getPromptTemplates().getName()).isEqualTo("clip-imagenet-80");
        assertThat(listed.getPromptTemplates().getList().getTemplatesList()).containsExactly("a {}.", "the {}.");
        assertThat(plain.hasPromptTemplates()).isFalse();
    }

    @Test
    void matchesWithTheHeadThatIsAskedFor() {
        List<String> texts = List.of("a blue square", "a red circle");

        MatchResult cosines = sensorium.match(RED_CIRCLE, texts, MatchOptions.DEFAULT.withHead("itc"));
        MatchResult logits = sensorium.match(RED_CIRCLE, texts, MatchOptions.DEFAULT.withHead("itm"));

        assertThat(server.embeddings.requests)
                .extracting(request -> ((MatchRequest) request).getHead())
                .containsExactly("itc", "itm");
        assertThat(cosines.best().text()).isEqualTo("a red circle");
        assertThat(cosines.labels()).allMatch(label -> label.probability().isEmpty());
        assertThat(logits.labels()).allMatch(label -> label.probability().isPresent());
    }

    @Test
    void tellsWhatAModelGeneratesAndMatchesWith() {
        server.generator("teller", GenerationTask.CAPTION, GenerationTask.ANSWER);

        ModelDescription teller = sensorium.model("teller");

        assertThat(teller.generationTasks())
                .isEqualTo(Set.of(GenerationTask.GENERATE, GenerationTask.CAPTION, GenerationTask.ANSWER));
        assertThat(teller.matchHeads()).containsExactly("itm", "itc");
        assertThat(sensorium.model("words").generationTasks()).isEmpty();
        assertThat(sensorium.model("words").matchHeads()).isEmpty();
    }

    @Test
    void describesModelsOverAllPages() {
        server.modelsPerPage(1);

        List<ModelDescription> models = sensorium.models();

        assertThat(models).extracting(ModelDescription::id).containsExactly("torn/2", "words/1");
        assertThat(models.get(0).state()).isEqualTo(ModelState.FAILED);
        assertThat(models.get(0).failure()).contains("model.safetensors");
        assertThat(models.get(0).readyTime()).isEmpty();
        ModelDescription words = models.get(1);
        assertThat(words).isEqualTo(sensorium.model("words"));
        assertThat(words.capabilities()).isEqualTo(Set.of(Capability.EMBED, Capability.MATCH));
        assertThat(words.modalities()).isEqualTo(Set.of(Modality.TEXT, Modality.IMAGE));
        assertThat(words.limits()).containsEntry("text_tokens", 77L);
        assertThat(words.readyTime()).contains(Instant.ofEpochSecond(1_700_000_000));
    }

    @Test
    void describesPlugins() {
        assertThat(sensorium.plugins())
                .containsExactly(
                        new PluginDescription("fake", List.of("fake"), ""),
                        new PluginDescription("odd", List.of(), "no provider (expected: one at least)"));
    }

    @Test
    void tellsHealth() {
        assertThat(sensorium.serving()).isTrue();
        server.health.enterTerminalState();
        assertThat(sensorium.serving()).isFalse();
        assertThatExceptionOfType(SensoriumException.NotFound.class).isThrownBy(() -> sensorium.serving("nothing"));
    }

    @Test
    void tellsWhatWasLookedAtOfVideos() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "red");

        assertThat(sensorium.embed(Content.videoFile(file)).video()).contains(new VideoSample(List.of(0.0)));
        assertThat(sensorium.embed(Content.image(file)).video()).isEmpty();
    }

    @Test
    void asksForFramesAtARate() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "red");
        var frames =
                Content.video(List.of(Content.image(file))).withFrameRate(25).withSampleRate(1.5);
        var film = Content.videoFile(file).withSampleRate(2);
        var digest = Content.digest(Modality.VIDEO, "0".repeat(64)).withSampleRate(0.5);

        sensorium.embed(List.of(frames, film, digest, Content.videoFile(file)), EmbedOptions.DEFAULT);

        var sent = ((EmbedRequest) server.embeddings.requests.remove()).getContentsList();
        assertThat(sent.get(0).getVideo().getFrames().getFrameRate()).isEqualTo(25);
        assertThat(sent.get(0).getVideo().getSampleRate()).isEqualTo(1.5);
        assertThat(sent.get(1).getVideo().getSampleRate()).isEqualTo(2);
        assertThat(sent.get(2).getDigest().getSampleRate()).isEqualTo(0.5);
        assertThat(sent.get(3).getVideo().hasSampleRate()).isFalse();
        String rate = " (expected: > 0 and <= 1000)";
        refused("contents[0].video.sample_rate: 0.0" + rate, () -> sensorium.embed(film.withSampleRate(0)));
        refused("contents[0].video.sample_rate: NaN" + rate, () -> sensorium.embed(film.withSampleRate(Double.NaN)));
        refused("contents[0].video.frames.frame_rate: -1.0" + rate, () -> sensorium.embed(frames.withFrameRate(-1)));
        refused("contents[0].digest.sample_rate: 1001.0" + rate, () -> sensorium.embed(digest.withSampleRate(1_001)));
        refused(
                "contents[0].video.frames.frame_rate: not set (expected: the frames of a second, as sample_rate is set)",
                () -> sensorium.embed(Content.video(frames.pictures()).withSampleRate(1)));
    }

    @Test
    void refusesBadRequestsBeforeTheyGoOut() {
        refused("contents: 0 (expected: >= 1)", () -> sensorium.embed(List.of(), EmbedOptions.DEFAULT));
        refused(
                "contents[0].text: blank (expected: a character that is not white space)",
                () -> sensorium.embed(Content.text(" \n")));
        refused(
                "contents[0].text: an unpaired surrogate (expected: well-formed UTF-16)",
                () -> sensorium.embed(Content.text("a\ud83d")));
        refused("contents[0]: 0 bytes (expected: an encoded file)", () -> sensorium.embed(Content.image(new byte[0])));
        refused("contents[0].video.frames.images: 0 (expected: >= 1)", () -> sensorium.embed(Content.video(List.of())));
        refused(
                "contents[0].digest.sha256: \"AB\" (expected: 64 lower-case hexadecimal characters)",
                () -> sensorium.embed(Content.digest(Modality.IMAGE, "AB")));
        refused("texts: 0 (expected: >= 1)", () -> sensorium.match(RED_CIRCLE));
        refused(
                "texts[1]: blank (expected: a character that is not white space)",
                () -> sensorium.match(RED_CIRCLE, "red", ""));
        refused(
                "prompt_templates.list.templates[0]: 2 places \"{}\" (expected: exactly 1)",
                () -> sensorium.match(
                        RED_CIRCLE, List.of("red"), MatchOptions.DEFAULT.withTemplates(List.of("{} {}"))));
        refused(
                "contents: 73400320 bytes (expected: <= 67108864; upload larger content)",
                () -> sensorium.embed(Content.image(new byte[70 << 20])));
        assertThat(server.calls).isEmpty();
    }

    private static void refused(String message, Runnable call) {
        var failure = catchThrowableOfType(SensoriumException.InvalidArgument.class, call::run);
        assertThat(failure).hasMessage(message);
        assertThat(failure.reason()).isEqualTo("INVALID_REQUEST");
        assertThat(failure.violations()).hasSize(1);
    }

    @Test
    void uploadsInChunks() throws IOException {
        byte[] bytes = new byte[(3 << 20) + 17];
        new java.util.Random(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("long.gif"), bytes);

        var digest = sensorium.upload(Modality.VIDEO, file);

        assertThat(server.uploads.latest.toByteArray()).isEqualTo(bytes);
        assertThat(digest).isEqualTo(Content.digest(Modality.VIDEO, FakeUploads.sha256(server.uploads.latest)));
        assertThat(sensorium.embed(digest).dimensions()).isEqualTo(4);
    }

    @Test
    void uploadThatIsRefusedSaysWhy() throws IOException {
        Path file = Files.write(folder.resolve("long.gif"), new byte[FakeUploads.MAX_BYTES + (24 << 20)]);

        assertThatExceptionOfType(SensoriumException.ResourceExhausted.class)
                .isThrownBy(() -> sensorium.upload(Modality.VIDEO, file))
                .withMessage("upload: too large")
                .matches(failure -> failure.retryDelay().equals(java.util.Optional.of(Duration.ofSeconds(7))));
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        Path file = folder.resolve("nothing.png");

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Content.image(file))
                .withMessageContaining("nothing.png");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> sensorium.upload(Modality.IMAGE, file))
                .withMessageContaining("nothing.png");
    }

    static Content.Picture picture(String words) {
        return Content.image(words.getBytes(StandardCharsets.UTF_8));
    }
}
