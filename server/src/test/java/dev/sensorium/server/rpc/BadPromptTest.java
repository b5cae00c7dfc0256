package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.generate;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.text;
import static dev.sensorium.server.rpc.Requests.turn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.Audio;
import dev.sensorium.proto.v1.Beams;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.ResumePoint;
import dev.sensorium.proto.v1.Role;
import dev.sensorium.proto.v1.Sample;
import dev.sensorium.proto.v1.ScoreRequest;
import dev.sensorium.proto.v1.Turn;
import dev.sensorium.proto.v1.Video;
import dev.sensorium.proto.v1.VideoFrames;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Collections;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever is wrong with a request to generate is told by field, and nothing is left behind. */
@QuarkusTest
class BadPromptTest extends ServiceTest {

    private static final Content SOUND = Content.newBuilder()
            .setAudio(Audio.newBuilder().setData(ByteString.copyFromUtf8("fLaC")))
            .build();

    @AfterEach
    void isHealthyAfterwards() {
        assertThat(generation().generate(generate("echo", "healthy")).next().hasStarted())
                .isTrue();
        await(() -> live("echo") == 0);
    }

    @Test
    void turns() {
        invalid(GenerateRequest.newBuilder().setModel("echo").build(), "turns");
        invalid(turns(Turn.getDefaultInstance()), "turns[0].contents");
        invalid(turns(turn(Role.ROLE_USER, text("a")), turn(Role.ROLE_MODEL, text("b"))), "turns[1].role");
        Turn unknown =
                turn(Role.ROLE_USER, text("a")).toBuilder().setRoleValue(77).build();
        assertThat(invalid(turns(unknown), "turns[0].role").message())
                .isEqualTo("turns[0].role: 77 (expected: 0 to 3)");
        GenerateRequest task = turns(turn(Role.ROLE_USER, text("a"))).toBuilder()
                .setTaskValue(4)
                .build();
        assertThat(invalid(task, "task").message()).isEqualTo("task: 4 (expected: 0 to 3)");
        Content[] many = Collections.nCopies(9, text("a")).toArray(Content[]::new);
        assertThat(invalid(turns(turn(Role.ROLE_USER, many), turn(Role.ROLE_USER, many)), "turns")
                        .message())
                .isEqualTo("turns: 18 contents (expected: <= 16)");
    }

    @Test
    void contentsOfEveryKind() {
        Content noFrames = Content.newBuilder()
                .setVideo(Video.newBuilder().setFrames(VideoFrames.getDefaultInstance()))
                .build();
        GenerateRequest request = turns(
                turn(Role.ROLE_USER, text("a"), Content.getDefaultInstance()),
                turn(Role.ROLE_USER, text(" "), image(ByteString.EMPTY), noFrames, image(PNG, "image/jpeg")));
        invalid(
                request,
                "turns[0].contents[1]",
                "turns[1].contents[0].text",
                "turns[1].contents[1].image.data",
                "turns[1].contents[2].video.frames.images",
                "turns[1].contents[3].image.media_type");
        Failure.of(() -> call(turns(turn(Role.ROLE_USER, text("a")), turn(Role.ROLE_USER, text("b"), SOUND))))
                .assertInvalid("UNSUPPORTED_MODALITY", "turns[1].contents[1]");
    }

    @Test
    void whatTheModelRefusesIsNamed() {
        Content noImage = image(ByteString.copyFromUtf8("hello"));
        Failure.of(() -> call(turns(turn(Role.ROLE_USER, text("a")), turn(Role.ROLE_USER, text("b"), noImage))))
                .assertInvalid("INVALID_INPUT", "turns[1].contents[1].image.data");
        Failure.of(() -> generation()
                        .caption(CaptionRequest.newBuilder()
                                .setModel("echo")
                                .setContent(noImage)
                                .build()))
                .assertInvalid("INVALID_INPUT", "content.image.data");
        Failure.of(() -> generation()
                        .answer(AnswerRequest.newBuilder()
                                .addContents(image(PNG))
                                .setQuestion("?".repeat(78))
                                .build()))
                .assertInvalid("TOO_LONG", "question");
        Failure.of(() -> generation()
                        .score(score().addContinuations("fine")
                                .addContinuations("x".repeat(78))
                                .build()))
                .assertInvalid("TOO_LONG", "continuations[1]");
        Failure token = Failure.of(() -> call(decoding(o -> o.addStopTokens(70_000))));
        token.assertInvalid("INVALID_INPUT", "decoding.stop_tokens");
        assertThat(token.message()).isEqualTo("decoding.stop_tokens: 70000 (expected: 0 to 65535)");
    }

    @Test
    void captionsAnswersAndScores() {
        Failure.of(() -> generation()
                        .caption(CaptionRequest.newBuilder()
                                .setPrefix("x".repeat(1001))
                                .build()))
                .assertInvalid("INVALID_REQUEST", "content", "prefix");
        Failure.of(() -> generation().answer(AnswerRequest.getDefaultInstance()))
                .assertInvalid("INVALID_REQUEST", "contents", "question");
        Failure.of(() -> generation()
                        .answer(AnswerRequest.newBuilder()
                                .addContents(image(PNG))
                                .build()))
                .assertInvalid("INVALID_REQUEST", "question");
        Failure.of(() -> generation()
                        .answer(AnswerRequest.newBuilder()
                                .addContents(SOUND)
                                .setQuestion("what?")
                                .build()))
                .assertInvalid("UNSUPPORTED_MODALITY", "contents[0]");
        Failure.of(() -> generation().score(ScoreRequest.getDefaultInstance()))
                .assertInvalid("INVALID_REQUEST", "turns", "continuations");
        Failure.of(() -> generation()
                        .score(score().addContinuations("a")
                                .addContinuations(" ")
                                .build()))
                .assertInvalid("INVALID_REQUEST", "continuations[1]");
        Failure.of(() -> generation()
                        .score(score().addAllContinuations(Collections.nCopies(21, "a"))
                                .build()))
                .assertInvalid("INVALID_REQUEST", "continuations");
    }

    @Test
    void lengthsAndRules() {
        invalid(decoding(o -> o.setMaxTokens(0)), "decoding.max_tokens");
        invalid(decoding(o -> o.setMinTokens(-1)), "decoding.min_tokens");
        invalid(decoding(o -> o.setMaxTokens(3).setMinTokens(4)), "decoding.min_tokens");
        Failure.of(() -> call(decoding(o -> o.setMinTokens(21)))) // by default, the echo says 20 at most
                .assertInvalid("INVALID_INPUT", "decoding.min_tokens");
        invalid(
                decoding(o -> o.setRepetitionPenalty(0).setNoRepeatNgram(-1).setLogProbabilities(21)),
                "decoding.repetition_penalty",
                "decoding.no_repeat_ngram",
                "decoding.log_probabilities");
        invalid(decoding(o -> o.setRepetitionPenalty(Double.NaN)), "decoding.repetition_penalty");
        invalid(
                decoding(o -> o.addBadWords("a").addBadWords("").addAllowedTexts("x".repeat(1001))),
                "decoding.bad_words[1]",
                "decoding.allowed_texts[0]");
        invalid(decoding(o -> o.addAllBadWords(Collections.nCopies(101, "a"))), "decoding.bad_words");
        invalid(decoding(o -> o.addAllAllowedTexts(Collections.nCopies(1001, "a"))), "decoding.allowed_texts");
        invalid(decoding(o -> o.setMinTokens(1).addAllowedTexts("a")), "decoding.min_tokens");
        invalid(decoding(o -> o.addAllStopTexts(Collections.nCopies(17, "a"))), "decoding.stop_texts");
        invalid(decoding(o -> o.addAllStopTokens(Collections.nCopies(101, 1))), "decoding.stop_tokens");
        invalid(decoding(o -> o.addStopTokens(1).addStopTokens(-1)), "decoding.stop_tokens[1]");
    }

    @Test
    void strategies() {
        invalid(
                decoding(o -> o.setSample(Sample.newBuilder()
                        .setTemperature(0)
                        .setTopK(-1)
                        .setTopP(1.5)
                        .setMinP(1))),
                "decoding.sample.temperature",
                "decoding.sample.top_k",
                "decoding.sample.top_p",
                "decoding.sample.min_p");
        invalid(
                decoding(o -> o.setSample(Sample.newBuilder()
                        .setTemperature(Double.POSITIVE_INFINITY)
                        .setTopP(Double.NaN)
                        .setMinP(Double.NaN))),
                "decoding.sample.temperature",
                "decoding.sample.top_p",
                "decoding.sample.min_p");
        invalid(
                decoding(o -> o.setBeams(Beams.newBuilder().setCount(1).setLengthPenalty(Double.NaN))),
                "decoding.beams.count",
                "decoding.beams.length_penalty");
        invalid(decoding(o -> o.setBeams(Beams.newBuilder().setCount(17))), "decoding.beams.count");
        invalid(
                decoding(o -> o.setBeams(Beams.newBuilder().setCount(2))
                        .addAllowedTexts("a")
                        .addStopTexts("b")
                        .addStopTokens(1)
                        .setLogProbabilities(1)),
                "decoding.allowed_texts",
                "decoding.stop_texts",
                "decoding.stop_tokens",
                "decoding.log_probabilities");
    }

    @Test
    void resuming() {
        GenerateRequest fine = generate("echo", "a");
        invalid(window(fine, Duration.newBuilder().setSeconds(31)), "resume_window");
        invalid(window(fine, Duration.newBuilder().setSeconds(-1)), "resume_window");
        invalid(window(fine, Duration.newBuilder().setSeconds(Long.MAX_VALUE)), "resume_window");
        invalid(window(fine, Duration.newBuilder().setNanos(1_000_000_000)), "resume_window");
        ResumePoint.Builder point = ResumePoint.newBuilder().setGenerationId("0".repeat(32));
        invalid(
                fine.toBuilder()
                        .setPrefix("x")
                        .setResumeWindow(Duration.newBuilder().setSeconds(1))
                        .setResume(point)
                        .build(),
                "model",
                "turns",
                "prefix",
                "resume_window");
        invalid(
                GenerateRequest.newBuilder()
                        .setResume(ResumePoint.getDefaultInstance())
                        .build(),
                "resume.generation_id");
    }

    @Test
    void everythingIsToldTogether() {
        GenerateRequest request = GenerateRequest.newBuilder()
                .addTurns(turn(Role.ROLE_USER, text("")))
                .setDecoding(DecodingOptions.newBuilder().setMaxTokens(-5))
                .setResumeWindow(Duration.newBuilder().setSeconds(99))
                .build();
        invalid(request, "turns[0].contents[0].text", "decoding.max_tokens", "resume_window");
    }

    private Failure invalid(GenerateRequest request, String... fields) {
        Failure failure = Failure.of(() -> call(request));
        failure.assertInvalid("INVALID_REQUEST", fields);
        return failure;
    }

    private void call(GenerateRequest request) {
        GenerationServiceGrpc.newBlockingStub(channel).generate(request).forEachRemaining(response -> {});
    }

    private static GenerateRequest turns(Turn... turns) {
        return GenerateRequest.newBuilder()
                .setModel("echo")
                .addAllTurns(java.util.List.of(turns))
                .build();
    }

    private static GenerateRequest decoding(Consumer<DecodingOptions.Builder> setting) {
        GenerateRequest.Builder request = generate("echo", "a b c").toBuilder();
        setting.accept(request.getDecodingBuilder());
        return request.build();
    }

    private static GenerateRequest window(GenerateRequest request, Duration.Builder window) {
        return request.toBuilder().setResumeWindow(window).build();
    }

    private static ScoreRequest.Builder score() {
        return ScoreRequest.newBuilder().setModel("echo").addTurns(turn(Role.ROLE_USER, text("a")));
    }
}
