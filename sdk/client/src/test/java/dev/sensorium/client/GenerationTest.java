package dev.sensorium.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.client.Decoding.Beams;
import dev.sensorium.client.Decoding.Greedy;
import dev.sensorium.client.Decoding.Sample;
import dev.sensorium.client.GenerationEvent.Delta;
import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.Role;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenerationTest {

    private static final Content PICTURE = SensoriumTest.picture("red circle");
    private static final GenerationUsage USAGE =
            new GenerationUsage(1, 3, 1, 0, 0, Duration.ofMillis(2), Duration.ofSeconds(1));

    private final FakeServer server = new FakeServer();
    private final Sensorium sensorium = Sensorium.connect(server.target());

    @AfterEach
    void close() {
        sensorium.close();
        server.close();
    }

    @Test
    void eventsComeInOrder() {
        List<GenerationEvent> events = new ArrayList<>();
        try (var generation = sensorium.generate(Prompt.of("a red circle"))) {
            generation.forEachRemaining(events::add);
            assertThat(generation.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(generation::next);
        }
        assertThat(events)
                .containsExactly(
                        new Started(0, "generation 1", "echo/1", Duration.ofMillis(2), 1),
                        new Delta(1, "a", List.of(1), List.of()),
                        new Delta(2, " red", List.of(4), List.of()),
                        new Delta(3, " circle", List.of(7), List.of()),
                        new Finished(4, FinishReason.STOP, USAGE, List.of()));
    }

    @Test
    void piecesAreAStream() {
        try (Stream<String> pieces =
                sensorium.generate(Prompt.of("a red circle")).pieces()) {
            assertThat(pieces).containsExactly("a", " red", " circle");
        }
    }

    @Test
    void closingTheStreamEndsTheGeneration() throws InterruptedException {
        try (Stream<String> pieces =
                sensorium.generate(Prompt.of("red silence")).pieces()) {
            assertThat(pieces.findFirst()).contains("red");
        }
        assertThat(server.generations.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void textIsWholeWhateverWasReadBefore() {
        try (var generation = sensorium.generate(Prompt.of("a red circle"))) {
            assertThat(generation.started().model()).isEqualTo("echo/1");
            assertThat(generation.next()).isInstanceOf(Started.class);
            assertThat(generation.next()).isInstanceOf(Delta.class);
            assertThat(generation.text()).isEqualTo("a red circle");
            assertThat(generation.finish()).isEqualTo(new Finished(4, FinishReason.STOP, USAGE, List.of()));
            assertThat(generation.whole())
                    .isEqualTo(new GeneratedText("a red circle", FinishReason.STOP, USAGE, List.of(), "echo/1"));
        }
    }

    @Test
    void sendsThePrompt() {
        Prompt prompt = Prompt.EMPTY
                .system("be brief")
                .user(PICTURE)
                .model("a circle")
                .user(PICTURE, Content.text("and this?"))
                .withPrefix("it is");
        GenerationOptions options = GenerationOptions.DEFAULT
                .withModel("echo/2")
                .withTruncateText(true)
                .withApplyOrientation(true)
                .withResumeWindow(Duration.ofMillis(2_500));

        assertThat(generate(prompt, options)).isEqualTo("and this?");

        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        assertThat(sent.getModel()).isEqualTo("echo/2");
        assertThat(sent.getPrefix()).isEqualTo("it is");
        assertThat(sent.getTurnsList())
                .extracting(dev.sensorium.proto.v1.Turn::getRole)
                .containsExactly(Role.ROLE_SYSTEM, Role.ROLE_USER, Role.ROLE_MODEL, Role.ROLE_USER);
        assertThat(sent.getTurns(3).getContents(0).getImage().getData().toStringUtf8())
                .isEqualTo("red circle");
        assertThat(sent.getOptions().getTruncateText()).isTrue();
        assertThat(sent.getOptions().getApplyOrientation()).isTrue();
        assertThat(sent.getResumeWindow().getSeconds()).isEqualTo(2);
        assertThat(sent.getResumeWindow().getNanos()).isEqualTo(500_000_000);
    }

    @Test
    void sendsNothingThatWasNotSaid() {
        generate(Prompt.of("red"), GenerationOptions.DEFAULT);

        GenerateRequest sent = (GenerateRequest) server.generations.requests.remove();
        assertThat(sent.getDecoding()).isEqualTo(DecodingOptions.getDefaultInstance());
        assertThat(sent.hasResumeWindow()).isFalse();
    }

    @Test
    void sendsTheDecoding() {
        Decoding decoding = Decoding.DEFAULT
                .withMaxTokens(20)
                .withMinTokens(2)
                .withRepetitionPenalty(1.1)
                .withNoRepeatNgram(3)
                .withBadWords(List.of("blue"))
                .withAllowedTexts(List.of("yes", "no"))
                .withStopTexts(List.of("."))
                .withStopTokens(List.of(102))
                .withLogProbabilities(2)
                .withStrategy(Sample.DEFAULT
                        .withTemperature(0.7)
                        .withTopK(50)
                        .withTopP(0.9)
                        .withMinP(0.1)
                        .withSeed(-1));

        var sent = DecodingOptions.newBuilder()
                .setMaxTokens(20)
                .setMinTokens(2)
                .setRepetitionPenalty(1.1)
                .setNoRepeatNgram(3)
                .addBadWords("blue")
                .addAllAllowedTexts(List.of("yes", "no"))
                .addStopTexts(".")
                .addStopTokens(102)
                .setLogProbabilities(2);
        sent.getSampleBuilder()
                .setTemperature(0.7)
                .setTopK(50)
                .setTopP(0.9)
                .setMinP(0.1)
                .setSeed(-1);
        assertThat(sent(decoding)).isEqualTo(sent.build());
        assertThat(sent(Decoding.DEFAULT.withStrategy(new Greedy())).hasGreedy())
                .isTrue();
        var beams = sent(Decoding.DEFAULT.withStrategy(
                        Beams.of(3).withLengthPenalty(0.5).withEarlyStopping(true)))
                .getBeams();
        assertThat(beams.getCount()).isEqualTo(3);
        assertThat(beams.getLengthPenalty()).isEqualTo(0.5);
        assertThat(beams.getEarlyStopping()).isTrue();
    }

    private DecodingOptions sent(Decoding decoding) {
        generate(Prompt.of("red"), GenerationOptions.DEFAULT.withDecoding(decoding));
        return ((GenerateRequest) server.generations.requests.remove()).getDecoding();
    }

    @Test
    void tellsHowLikelyTokensWere() {
        Decoding decoding = Decoding.DEFAULT.withLogProbabilities(2).withMaxTokens(1);
        try (var generation =
                sensorium.generate(Prompt.of("red circle"), GenerationOptions.DEFAULT.withDecoding(decoding))) {
            generation.next();
            var best = List.of(
                    new TokenLikelihood.Candidate(0, "word 0", -0.5f),
                    new TokenLikelihood.Candidate(1, "word 1", -1.5f));
            assertThat(generation.next())
                    .isEqualTo(new Delta(1, "red", List.of(3), List.of(new TokenLikelihood(-0.5f, best))));
            assertThat(generation.finish().reason()).isEqualTo(FinishReason.LENGTH);
        }
    }

    @Test
    void refusesBadPromptsBeforeTheyGoOut() {
        refused("turns: 0 (expected: >= 1)", Prompt.EMPTY);
        refused("turns[0].contents: 0 (expected: >= 1)", Prompt.of());
        refused(
                "turns[1].contents[1].text: blank (expected: a character that is not white space)",
                Prompt.of("a").user(PICTURE, Content.text(" ")));
        refused(
                "turns[1].role: MODEL (expected: another, as the model's turn is next)",
                Prompt.of("a").model("b"));
        refused(
                "prefix: an unpaired surrogate (expected: well-formed UTF-16)",
                Prompt.of("a").withPrefix("\ud83d"));
        refused(
                "turns: 73400320 bytes (expected: <= 67108864; upload larger content)",
                Prompt.of(Content.image(new byte[70 << 20])));
        assertThat(server.calls).isEmpty();
    }

    private void refused(String message, Prompt prompt) {
        var failure = catchThrowableOfType(SensoriumException.InvalidArgument.class, () -> sensorium.generate(prompt));
        assertThat(failure).hasMessage(message);
        assertThat(failure.violations()).hasSize(1);
    }

    @Test
    void failureIsTypedAndToldOnce() {
        try (var generation = sensorium.generate(Prompt.of(SensoriumTest.picture("broken")))) {
            var failure = catchThrowableOfType(SensoriumException.InvalidArgument.class, generation::hasNext);
            assertThat(failure.reason()).isEqualTo("INVALID_INPUT");
            assertThat(failure.violations()).extracting(FieldViolation::field).containsExactly("turns[0].contents[0]");
            assertThat(generation.hasNext()).isFalse();
        }
        assertThat(server.calls).hasSize(1);
    }

    @Test
    void closingEndsTheWaitAndTheCall() throws InterruptedException {
        var failures = new LinkedBlockingQueue<SensoriumException>();
        var generation = sensorium.generate(Prompt.of("red silence"));
        assertThat(generation.started().sequence()).isZero();
        Thread reader =
                new Thread(() -> failures.add(catchThrowableOfType(SensoriumException.class, generation::text)));
        reader.start();

        generation.close();

        SensoriumException failure = failures.poll(10, TimeUnit.SECONDS);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo(Code.CANCELLED);
        assertThat(server.generations.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        reader.join();
    }

    @Test
    void interruptEndsTheCall() throws InterruptedException {
        Thread.currentThread().interrupt();
        try (var generation = sensorium.generate(Prompt.of("silence"))) {
            var failure = catchThrowableOfType(SensoriumException.class, generation::text);
            assertThat(failure).hasMessage("the thread was interrupted");
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadlineEndsAGeneration() {
        var options = GenerationOptions.DEFAULT.withDeadline(Duration.ofMillis(200));
        try (var generation = sensorium.generate(Prompt.of("red silence"), options)) {
            assertThatExceptionOfType(SensoriumException.DeadlineExceeded.class).isThrownBy(generation::text);
        }
    }

    @Test
    void readsNoMoreThanIsAskedFor() throws InterruptedException {
        try (var generation = sensorium.generate(Prompt.of("flood"))) {
            for (int i = 0; i < 10; i++) {
                generation.next();
            }
            Thread.sleep(300);
            assertThat(server.generations.sent.get()).isBetween(10, 120); // 1 MiB of HTTP/2's window at 10 KB each
            assertThat(generation.text()).hasSize(10_000_000);
        }
    }

    @Test
    void missingResponsesAreNoticed() {
        server.generations.skip(2);
        try (var generation = sensorium.generate(Prompt.of("a red circle"))) {
            var failure = catchThrowableOfType(SensoriumException.class, generation::text);
            assertThat(failure.code()).isEqualTo(Code.INTERNAL);
            assertThat(failure).hasMessage("response: 3 (expected: 2)");
        }
    }

    @Test
    void missingEndIsNoticed() {
        server.generations.skip(2);
        try (var generation = sensorium.generate(Prompt.of("red"))) {
            var failure = catchThrowableOfType(SensoriumException.class, generation::finish);
            assertThat(failure).hasMessageStartingWith("end of the generation: after 2 responses");
        }
    }

    @Test
    void retriesUntilTheFirstEvent() {
        server.failNext(FakeServer.unavailable(), FakeServer.unavailable());

        assertThat(generate(Prompt.of("red"), GenerationOptions.DEFAULT)).isEqualTo("red");
        assertThat(server.calls).containsExactly("Generate", "Generate", "Generate");
    }

    @Test
    void retriesAreBounded() {
        StatusRuntimeException[] many = new StatusRuntimeException[10];
        Arrays.setAll(many, i -> FakeServer.unavailable());
        server.failNext(many);

        assertThatExceptionOfType(SensoriumException.Unavailable.class)
                .isThrownBy(() -> generate(Prompt.of("red"), GenerationOptions.DEFAULT))
                .withMessage("going down");
        assertThat(server.calls).hasSize(4);
    }

    private String generate(Prompt prompt, GenerationOptions options) {
        try (var generation = sensorium.generate(prompt, options)) {
            return generation.text();
        }
    }
}
