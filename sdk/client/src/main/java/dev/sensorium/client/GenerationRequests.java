package dev.sensorium.client;

import dev.sensorium.client.Requests.Request;
import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.AnswerResponse;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.CaptionResponse;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.ScoreRequest;
import dev.sensorium.proto.v1.ScoreResponse;
import java.util.List;
import java.util.stream.IntStream;

/** The calls of the generation service, checked and ready to go out. */
final class GenerationRequests {

    private GenerationRequests() {}

    static GenerateRequest generate(Prompt prompt, GenerationOptions options) {
        Checks.turns(prompt.turns());
        Checks.wellFormed("prefix", prompt.prefix());
        Checks.decoding(options.decoding());
        return GenerationWire.request(prompt, options);
    }

    static Request<CaptionRequest, CaptionResponse, GeneratedText> caption(
            Content content, String prefix, GenerationOptions options) {
        Checks.content(content);
        Checks.wellFormed("prefix", prefix);
        Checks.decoding(options.decoding());
        CaptionRequest message = CaptionRequest.newBuilder()
                .setModel(options.model())
                .setContent(Wire.content(content))
                .setPrefix(prefix)
                .setDecoding(GenerationWire.decoding(options.decoding()))
                .setOptions(GenerationWire.treatment(options))
                .build();
        return new Request<>(
                GenerationServiceGrpc.getCaptionMethod(), message, options.deadline(), GenerationRequests::caption);
    }

    static Request<AnswerRequest, AnswerResponse, GeneratedText> answer(
            List<? extends Content> contents, String question, GenerationOptions options) {
        Checks.contents(contents);
        Checks.text("question", question);
        Checks.decoding(options.decoding());
        AnswerRequest message = AnswerRequest.newBuilder()
                .setModel(options.model())
                .addAllContents(contents.stream().map(Wire::content).toList())
                .setQuestion(question)
                .setDecoding(GenerationWire.decoding(options.decoding()))
                .setOptions(GenerationWire.treatment(options))
                .build();
        return new Request<>(
                GenerationServiceGrpc.getAnswerMethod(), message, options.deadline(), GenerationRequests::answer);
    }

    static Request<ScoreRequest, ScoreResponse, ScoreResult> score(
            Prompt prompt, List<String> texts, GenerationOptions options) {
        Checks.turns(prompt.turns());
        Checks.texts("continuations", texts);
        if (!prompt.prefix().isEmpty()) {
            throw Errors.invalid("prefix", "\"" + prompt.prefix() + "\" (expected: none, as texts are scored whole)");
        }
        ScoreRequest message = ScoreRequest.newBuilder()
                .setModel(options.model())
                .addAllTurns(prompt.turns().stream().map(GenerationWire::turn).toList())
                .addAllContinuations(texts)
                .setTask(GenerationWire.task(prompt.task()))
                .setOptions(GenerationWire.treatment(options))
                .build();
        return new Request<>(
                GenerationServiceGrpc.getScoreMethod(),
                message,
                options.deadline(),
                response -> score(response, List.copyOf(texts)));
    }

    private static GeneratedText caption(CaptionResponse response) {
        return new GeneratedText(
                response.getText(),
                GenerationWire.reason(response.getFinishReason()),
                GenerationWire.usage(response.getUsage()),
                GenerationWire.videos(response.getVideosList()),
                response.getModel());
    }

    private static GeneratedText answer(AnswerResponse response) {
        return new GeneratedText(
                response.getText(),
                GenerationWire.reason(response.getFinishReason()),
                GenerationWire.usage(response.getUsage()),
                GenerationWire.videos(response.getVideosList()),
                response.getModel());
    }

    private static ScoreResult score(ScoreResponse response, List<String> texts) {
        if (response.getScoresCount() != texts.size()) {
            throw Errors.unexpected("scores: %d (expected: %d)".formatted(response.getScoresCount(), texts.size()));
        }
        return new ScoreResult(
                IntStream.range(0, texts.size())
                        .mapToObj(i -> GenerationWire.score(texts.get(i), response.getScores(i)))
                        .toList(),
                response.getModel(),
                Wire.duration(response.getQueueTime()));
    }
}
