package dev.sensorium.client;

import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.GetModelResponse;
import dev.sensorium.proto.v1.ListModelsRequest;
import dev.sensorium.proto.v1.ListModelsResponse;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.MatchResponse;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The unary calls there are, checked and ready to go out in any form. */
final class Requests {

    private static final int MODELS_PER_PAGE = 1_000;

    private Requests() {}

    /**
     * A call ready to go out.
     *
     * @param method what is called
     * @param message what is sent
     * @param deadline how long it may take; empty for the client's own
     * @param answer what the response means
     */
    record Request<Q, R, T>(
            MethodDescriptor<Q, R> method, Q message, Optional<Duration> deadline, Function<R, T> answer) {

        <U> Request<Q, R, U> map(Function<T, U> meaning) {
            return new Request<>(method, message, deadline, answer.andThen(meaning));
        }
    }

    static Request<EmbedRequest, EmbedResponse, EmbedResult> embed(
            List<? extends Content> contents, EmbedOptions options) {
        Checks.contents(contents);
        EmbedRequest message = EmbedRequest.newBuilder()
                .setModel(options.model())
                .addAllContents(contents.stream().map(Wire::content).toList())
                .setOptions(Wire.options(options))
                .build();
        return new Request<>(EmbeddingServiceGrpc.getEmbedMethod(), message, options.deadline(), Requests::embeddings);
    }

    static Request<MatchRequest, MatchResponse, List<MatchResult>> match(
            List<? extends Content> contents, List<String> texts, MatchOptions options) {
        Checks.contents(contents);
        Checks.texts("texts", texts);
        Checks.templates(options.templates());
        MatchRequest.Builder message = MatchRequest.newBuilder()
                .setModel(options.embedding().model())
                .addAllContents(contents.stream().map(Wire::content).toList())
                .addAllTexts(texts)
                .setOptions(Wire.options(options.embedding()))
                .setHead(options.head());
        Wire.templates(options).ifPresent(message::setPromptTemplates);
        return new Request<>(
                EmbeddingServiceGrpc.getMatchMethod(),
                message.build(),
                options.embedding().deadline(),
                response -> matches(response, List.copyOf(texts)));
    }

    static Request<GetModelRequest, GetModelResponse, ModelDescription> model(String model) {
        return new Request<>(
                ModelServiceGrpc.getGetModelMethod(),
                GetModelRequest.newBuilder().setModel(model).build(),
                Optional.empty(),
                response -> ModelWire.model(response.getModel()));
    }

    static Request<ListModelsRequest, ListModelsResponse, ListModelsResponse> models(String pageToken) {
        return new Request<>(
                ModelServiceGrpc.getListModelsMethod(),
                ListModelsRequest.newBuilder()
                        .setPageSize(MODELS_PER_PAGE)
                        .setPageToken(pageToken)
                        .build(),
                Optional.empty(),
                response -> response);
    }

    static Request<HealthCheckRequest, HealthCheckResponse, Boolean> serving(String service) {
        return new Request<>(
                HealthGrpc.getCheckMethod(),
                HealthCheckRequest.newBuilder().setService(service).build(),
                Optional.empty(),
                response -> response.getStatus() == ServingStatus.SERVING);
    }

    private static EmbedResult embeddings(EmbedResponse response) {
        return new EmbedResult(
                response.getEmbeddingsList().stream().map(Wire::embedding).toList(), Wire.stats(response.getStats()));
    }

    private static List<MatchResult> matches(MatchResponse response, List<String> texts) {
        CallStats stats = Wire.stats(response.getStats());
        return response.getMatchesList().stream()
                .map(match -> Wire.match(match, texts, stats))
                .toList();
    }
}
