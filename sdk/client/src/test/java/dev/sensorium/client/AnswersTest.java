package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.ScoreRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls of the generation service that answer at once. */
class AnswersTest {

    private static final Content PICTURE = SensoriumTest.picture("red circle");
    private static final GenerationOptions ONE_TOKEN = GenerationOptions.DEFAULT
            .withModel("echo")
            .withDecoding(Decoding.DEFAULT.withMaxTokens(1))
            .withTruncateText(true);

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void captionsAPicture() {
        GeneratedText caption = sensorium.caption(PICTURE);

        assertThat(caption.text()).isEqualTo("red circle");
        assertThat(caption.reason()).isEqualTo(FinishReason.STOP);
        assertThat(caption.model()).isEqualTo("echo/1");
        assertThat(caption.usage())
                .isEqualTo(new GenerationUsage(1, 2, 1, 0, 0, Duration.ofMillis(2), Duration.ofSeconds(1)));
    }

    @Test
    void captionsBeginAsTold() {
        GeneratedText caption = sensorium.caption(PICTURE, "a picture of a", ONE_TOKEN);

        assertThat(caption.text()).isEqualTo("a picture of a red");
        assertThat(caption.reason()).isEqualTo(FinishReason.LENGTH);
        CaptionRequest sent = (CaptionRequest) server.generations.requests.remove();
        assertThat(sent.getModel()).isEqualTo("echo");
        assertThat(sent.getDecoding().getMaxTokens()).isEqualTo(1);
        assertThat(sent.getOptions().getTruncateText()).isTrue();
    }

    @Test
    void answersAQuestion() {
        assertThat(sensorium.answer(PICTURE, "what color?").text()).isEqualTo("what color?");
        sensorium.answer(List.of(PICTURE, Content.text("or that")), "which?", ONE_TOKEN);

        AnswerRequest first = (AnswerRequest) server.generations.requests.remove();
        AnswerRequest second = (AnswerRequest) server.generations.requests.remove();
        assertThat(first.getContentsList()).hasSize(1);
        assertThat(first.getQuestion()).isEqualTo("what color?");
        assertThat(second.getContents(1).getText()).isEqualTo("or that");
        assertThat(second.getDecoding().getMaxTokens()).isEqualTo(1);
    }

    @Test
    void scoresTexts() {
        Prompt prompt = Prompt.EMPTY.user(PICTURE).model("a circle").user(PICTURE);

        ScoreResult result = sensorium.score(prompt, List.of("a blue square", "red"), ONE_TOKEN);

        assertThat(result.scores())
                .containsExactly(
                        new ScoredText("a blue square", -13, List.of(13), List.of(-13f)),
                        new ScoredText("red", -3, List.of(3), List.of(-3f)));
        assertThat(result.best().text()).isEqualTo("red");
        assertThat(result.ranking()).extracting(ScoredText::text).containsExactly("red", "a blue square");
        assertThat(result.model()).isEqualTo("echo/1");
        assertThat(result.queueTime()).isEqualTo(Duration.ofMillis(2));
        ScoreRequest sent = (ScoreRequest) server.generations.requests.remove();
        assertThat(sent.getTurnsList()).hasSize(3);
        assertThat(sent.getOptions().getTruncateText()).isTrue();
    }

    @Test
    void futuresAreAnswered() throws Exception {
        var async = sensorium.async();
        var options = GenerationOptions.DEFAULT;

        assertThat(async.caption(PICTURE, "", options).get()).isEqualTo(sensorium.caption(PICTURE));
        assertThat(async.answer(List.of(PICTURE), "why?", options).get().text()).isEqualTo("why?");
        assertThat(async.score(Prompt.of("a"), List.of("b"), options)
                        .get()
                        .best()
                        .text())
                .isEqualTo("b");
        GeneratedText generated =
                async.generate(Prompt.of("a red circle"), options).get();
        assertThat(generated.text()).isEqualTo("a red circle");
        assertThat(generated.model()).isEqualTo("echo/1");
        assertThat(generated.reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void futuresFailAsCallsDo() {
        var caption = sensorium.async().caption(SensoriumTest.picture("broken"), "", GenerationOptions.DEFAULT);
        var text = sensorium.async().generate(Prompt.of("broken"), GenerationOptions.DEFAULT);

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(caption::get)
                .withCauseInstanceOf(SensoriumException.InvalidArgument.class);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(text::get)
                .withCauseInstanceOf(SensoriumException.InvalidArgument.class);
    }

    @Test
    void cancellingTheFutureEndsTheGeneration() throws InterruptedException {
        var text = sensorium.async().generate(Prompt.of("silence"), GenerationOptions.DEFAULT);
        while (server.generations.requests.isEmpty()) {
            Thread.sleep(10);
        }

        text.cancel(false);

        assertThat(server.generations.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failureCarriesAllThatTheServerSays() {
        server.failNext(FakeServer.rich(
                Status.Code.RESOURCE_EXHAUSTED, "QUEUE_FULL", "queue: full", "decoding.max_tokens", "too many", 3));

        var failure =
                catchThrowableOfType(SensoriumException.ResourceExhausted.class, () -> sensorium.caption(PICTURE));

        assertThat(failure.reason()).isEqualTo("QUEUE_FULL");
        assertThat(failure.retryDelay()).contains(Duration.ofSeconds(3));
        assertThat(failure.violations()).containsExactly(new FieldViolation("decoding.max_tokens", "too many"));
    }

    @Test
    void retriesWhenUnavailable() {
        server.failNext(FakeServer.unavailable());

        assertThat(sensorium.answer(PICTURE, "why?").text()).isEqualTo("why?");
        assertThat(server.calls).containsExactly("Answer", "Answer");
    }

    @Test
    void refusesBadRequestsBeforeTheyGoOut() {
        refused("content: 0 bytes (expected: an encoded file)", () -> sensorium.caption(Content.image(new byte[0])));
        refused(
                "question: blank (expected: a character that is not white space)",
                () -> sensorium.answer(PICTURE, " "));
        refused("contents: 0 (expected: >= 1)", () -> sensorium.answer(List.of(), "why?", GenerationOptions.DEFAULT));
        refused(
                "continuations: 0 (expected: >= 1)",
                () -> sensorium.score(Prompt.of("a"), List.of(), GenerationOptions.DEFAULT));
        refused(
                "prefix: \"b\" (expected: none, as texts are scored whole)",
                () -> sensorium.score(Prompt.of("a").withPrefix("b"), List.of("c"), GenerationOptions.DEFAULT));
        refused(
                "decoding.stop_texts[0]: an unpaired surrogate (expected: well-formed UTF-16)",
                () -> sensorium.caption(
                        PICTURE,
                        "",
                        GenerationOptions.DEFAULT.withDecoding(Decoding.DEFAULT.withStopTexts(List.of("\ud83d")))));
        assertThat(server.calls).isEmpty();
    }

    private static void refused(String message, Runnable call) {
        assertThatExceptionOfType(SensoriumException.InvalidArgument.class)
                .isThrownBy(call::run)
                .withMessage(message);
    }
}
