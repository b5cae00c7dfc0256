package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.generate;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.text;
import static dev.sensorium.server.rpc.Requests.turn;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.AnswerResponse;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.CaptionResponse;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.ContinuationScore;
import dev.sensorium.proto.v1.DecodingOptions;
import dev.sensorium.proto.v1.FinishReason;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationOptions;
import dev.sensorium.proto.v1.GenerationTask;
import dev.sensorium.proto.v1.Role;
import dev.sensorium.proto.v1.Sample;
import dev.sensorium.proto.v1.ScoreRequest;
import dev.sensorium.proto.v1.ScoreResponse;
import dev.sensorium.proto.v1.TextDelta;
import dev.sensorium.proto.v1.Video;
import dev.sensorium.proto.v1.VideoFrames;
import dev.sensorium.proto.v1.VideoSample;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is generated, as a client gets it. */
@QuarkusTest
class GenerateTest extends ServiceTest {

    @Test
    void aStreamIsOneStartedDeltasAndOneFinished() {
        List<GenerateResponse> responses = all(generate("echo/1", "a red circle"));

        assertThat(responses).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(responses.get(i).getSequence()).isEqualTo(i);
        }
        var started = responses.get(0).getStarted();
        assertThat(started.getGenerationId()).matches("[0-9a-f]{32}");
        assertThat(started.getModel()).isEqualTo("echo/1");
        assertThat(started.getPromptTokens()).isEqualTo(3);
        assertThat(started.getQueueTime().getNanos()).isPositive();
        assertThat(GenerationReader.text(responses)).isEqualTo("a red circle");
        assertThat(responses.get(2).getDelta().getTokensCount()).isEqualTo(1);
        assertThat(responses.get(2).getDelta().getLikelihoodsCount()).isZero();
        var finished = responses.get(4).getFinished();
        assertThat(finished.getReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(finished.getUsage().getPromptTokens()).isEqualTo(3);
        assertThat(finished.getUsage().getGeneratedTokens()).isEqualTo(3);
        assertThat(finished.getUsage().getQueueTime()).isEqualTo(started.getQueueTime());
        assertThat(finished.getUsage().getGenerationTime().getNanos()).isPositive();
    }

    @Test
    void everyGenerationHasAnIdOfItsOwn() {
        assertThat(all(generate("echo", "same")).get(0).getStarted().getGenerationId())
                .isNotEqualTo(all(generate("echo", "same")).get(0).getStarted().getGenerationId());
    }

    @Test
    void turnsAndTheirContentsAreReadInOrder() {
        GenerateRequest request = GenerateRequest.newBuilder()
                .setModel("echo")
                .addTurns(turn(Role.ROLE_SYSTEM, text("one")))
                .addTurns(turn(Role.ROLE_USER, text("two"), image(PNG), text("three")))
                .addTurns(turn(Role.ROLE_MODEL, text("four")))
                .addTurns(turn(Role.ROLE_UNSPECIFIED, text("five")))
                .build();

        List<GenerateResponse> responses = all(request);

        assertThat(GenerationReader.text(responses)).isEqualTo("one two three four five");
        assertThat(responses.get(6).getFinished().getUsage().getPromptTokens()).isEqualTo(6);
        assertThat(responses.get(6).getFinished().getUsage().getEncodedContents())
                .isEqualTo(1);
    }

    @Test
    void aPrefixIsPartOfThePromptAndNotSentAgain() {
        List<GenerateResponse> responses = all(
                generate("echo", "red").toBuilder().setPrefix("a picture of").build());

        assertThat(GenerationReader.text(responses)).isEqualTo(" red");
        assertThat(responses.get(0).getStarted().getPromptTokens()).isEqualTo(4);
    }

    @Test
    void decodingIsAsTheRequestSays() {
        GenerateRequest request = generate("echo", "one two three four five six seven");

        List<GenerateResponse> shorter = all(decoding(request, o -> o.setMaxTokens(2)));
        assertThat(GenerationReader.text(shorter)).isEqualTo("one two");
        assertThat(reason(shorter)).isEqualTo(FinishReason.FINISH_REASON_LENGTH);

        List<GenerateResponse> stopped = all(decoding(request, o -> o.addStopTexts("four")));
        assertThat(GenerationReader.text(stopped)).isEqualTo("one two three");
        assertThat(reason(stopped)).isEqualTo(FinishReason.FINISH_REASON_STOP_SEQUENCE);

        TextDelta told =
                all(decoding(request, o -> o.setLogProbabilities(1))).get(1).getDelta();
        assertThat(told.getLikelihoods(0).getLogProbability()).isEqualTo(-1);
        assertThat(told.getLikelihoods(0).getBest(0).getText()).isEqualTo("one");
        assertThat(told.getLikelihoods(0).getBest(0).getToken()).isEqualTo(told.getTokens(0));
    }

    @Test
    void theSameSeedGivesTheSameText() {
        GenerateRequest request = generate("echo", "one two three four five six seven");
        GenerateRequest seeded =
                decoding(request, o -> o.setSample(Sample.newBuilder().setSeed(7)));

        String text = GenerationReader.text(all(seeded));

        assertThat(text).isNotEqualTo("one two three four five six seven");
        assertThat(GenerationReader.text(all(seeded))).isEqualTo(text);
    }

    @Test
    void textIsCutOnlyIfTheRequestSaysSo() {
        GenerateRequest tooLong = generate("echo", "a ".repeat(50));
        Failure.of(() -> all(tooLong)).assertInvalid("TOO_LONG", "turns[0].contents[0].text");
        GenerateRequest cut = tooLong.toBuilder()
                .setOptions(GenerationOptions.newBuilder().setTruncateText(true))
                .build();
        assertThat(all(cut).get(0).getStarted().getPromptTokens()).isEqualTo(39);
    }

    @Test
    void captionsBeginAsTheyAreToldTo() {
        CaptionResponse caption = generation()
                .caption(CaptionRequest.newBuilder()
                        .setModel("echo")
                        .setContent(text("a red circle"))
                        .setPrefix("a picture of")
                        .setDecoding(DecodingOptions.newBuilder().setMaxTokens(2))
                        .build());

        assertThat(caption.getText()).isEqualTo("a picture of a red");
        assertThat(caption.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(caption.getModel()).isEqualTo("echo/1");
        assertThat(caption.getUsage().getPromptTokens()).isEqualTo(6);
        assertThat(caption.getUsage().getGeneratedTokens()).isEqualTo(2);
    }

    @Test
    void questionsComeAfterWhatTheyAreAbout() {
        AnswerResponse answer = generation()
                .answer(AnswerRequest.newBuilder()
                        .addContents(image(PNG))
                        .addContents(text("a circle"))
                        .setQuestion("which colour?")
                        .build());

        assertThat(answer.getText()).isEqualTo("a circle which colour?");
        assertThat(answer.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(answer.getModel()).isEqualTo("echo/1"); // the only one that answers
        assertThat(answer.getUsage().getEncodedContents()).isEqualTo(1);
    }

    @Test
    void tellsWhenTheFramesAreShownThatWereLookedAt() {
        VideoFrames.Builder frames = VideoFrames.newBuilder().setFrameRate(4);
        for (int i = 0; i < 8; i++) {
            frames.addImages(image(PNG).getImage());
        }
        Content video = Content.newBuilder()
                .setVideo(Video.newBuilder().setFrames(frames).setSampleRate(2))
                .build();
        VideoSample sample = VideoSample.newBuilder()
                .addAllSeconds(List.of(0.0, 0.5, 1.0, 1.5))
                .build();

        List<GenerateResponse> streamed = all(GenerateRequest.newBuilder()
                .setModel("echo")
                .addTurns(turn(Role.ROLE_USER, text("look"), video, image(PNG), video))
                .build());
        assertThat(streamed.get(streamed.size() - 1).getFinished().getVideosList())
                .containsExactly(sample, sample);
        AnswerRequest answer = AnswerRequest.newBuilder()
                .addContents(video)
                .setQuestion("what?")
                .build();
        assertThat(generation().answer(answer).getVideosList()).containsExactly(sample);
        CaptionRequest caption =
                CaptionRequest.newBuilder().setModel("echo").setContent(video).build();
        assertThat(generation().caption(caption).getVideosList()).containsExactly(sample);
    }

    @Test
    void scoresComeInTheOrderOfTheContinuations() {
        ScoreResponse response = generation()
                .score(ScoreRequest.newBuilder()
                        .setModel("echo")
                        .addTurns(turn(Role.ROLE_USER, text("what is it?")))
                        .addAllContinuations(List.of("a red circle", "blue", "a circle"))
                        .build());

        assertThat(response.getScoresList())
                .extracting(ContinuationScore::getLogLikelihood)
                .containsExactly(-4.0, -2.0, -3.0);
        assertThat(response.getScores(1).getTokensCount()).isEqualTo(2);
        assertThat(response.getScores(1).getLogProbabilitiesList()).containsExactly(-1f, -1f);
        assertThat(response.getModel()).isEqualTo("echo/1");
        assertThat(response.getQueueTime().getNanos()).isPositive();
    }

    @Test
    void anEmptyModelMeansTheOnlyOneThatCan() {
        CaptionRequest caption =
                CaptionRequest.newBuilder().setContent(text("whose?")).build();
        Failure failure = Failure.of(() -> generation().caption(caption));
        failure.assertInvalid("MODEL_REQUIRED", "model");
        assertThat(failure.message()).isEqualTo("model: empty (expected: one of echo, gabby)");
    }

    @Test
    void aModelThatCannotSaysWhatItCan() {
        AnswerRequest request = AnswerRequest.newBuilder()
                .setModel("gabby")
                .addContents(text("a circle"))
                .setQuestion("which colour?")
                .build();
        Failure task = Failure.of(() -> generation().answer(request));
        assertThat(task.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(task.reason()).isEqualTo("UNSUPPORTED_TASK");
        assertThat(task.message()).isEqualTo("model gabby/1: cannot answer (it can: generate, caption)");

        GenerateRequest examples = GenerateRequest.newBuilder()
                .setModel("gabby")
                .setTask(GenerationTask.GENERATION_TASK_ANSWER)
                .addTurns(turn(Role.ROLE_USER, text("a circle")))
                .build();
        assertThat(Failure.of(() -> all(examples)).message()).isEqualTo(task.message());
        assertThat(GenerationReader.text(all(examples.toBuilder()
                        .setTask(GenerationTask.GENERATION_TASK_CAPTION)
                        .build())))
                .startsWith("a circle");

        Failure capability = Failure.of(() -> all(generate("embedder", "a circle")));
        assertThat(capability.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(capability.reason()).isEqualTo("UNSUPPORTED_CAPABILITY");

        Failure unknown = Failure.of(() -> all(generate("nobody", "a circle")));
        assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.reason()).isEqualTo("MODEL_NOT_FOUND");
    }

    @Test
    void aGenerationThatFailsFailsNoOther() throws Exception {
        GenerationReader good = GenerationReader.open(channel, generate("echo", "all is well"));
        GenerationReader bad = GenerationReader.open(channel, generate("echo", "there is poison in it"));

        assertThat(bad.next(3)).last().matches(GenerateResponse::hasDelta);
        Failure failure = bad.failure();

        assertThat(failure.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure.message()).matches("internal error, id [0-9a-f]{16}");
        assertThat(GenerationReader.text(good.rest())).isEqualTo("all is well");
        await(() -> live("echo") == 0);
    }

    private List<GenerateResponse> all(GenerateRequest request) {
        return ImmutableList.copyOf(generation().generate(request));
    }

    private static FinishReason reason(List<GenerateResponse> responses) {
        return responses.get(responses.size() - 1).getFinished().getReason();
    }

    private static GenerateRequest decoding(
            GenerateRequest request, java.util.function.Consumer<DecodingOptions.Builder> setting) {
        GenerateRequest.Builder changed = request.toBuilder();
        setting.accept(changed.getDecodingBuilder());
        return changed.build();
    }
}
