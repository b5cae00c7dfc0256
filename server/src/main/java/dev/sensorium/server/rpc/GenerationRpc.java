package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.AnswerRequest;
import dev.sensorium.proto.v1.AnswerResponse;
import dev.sensorium.proto.v1.CaptionRequest;
import dev.sensorium.proto.v1.CaptionResponse;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.ScoreRequest;
import dev.sensorium.proto.v1.ScoreResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** GenerationService on the wire. */
@GrpcService
public class GenerationRpc implements BindableService {

    private final GenerationTools tools;
    private final CallPool calls;

    @Inject
    GenerationRpc(GenerationTools tools, CallPool calls) {
        this.tools = tools;
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return StrictService.of(new Methods());
    }

    private final class Methods extends GenerationServiceGrpc.GenerationServiceImplBase {

        @Override
        public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
            Call<GenerateResponse> call = calls.begin(observer);
            ServerCallStreamObserver<GenerateResponse> flow = (ServerCallStreamObserver<GenerateResponse>) observer;
            GenerateCall.start(tools, call, flow, request);
        }

        @Override
        public void caption(CaptionRequest request, StreamObserver<CaptionResponse> observer) {
            Call<CaptionResponse> call = calls.begin(observer);
            call.step(() -> CaptionCall.start(tools, call, request));
        }

        @Override
        public void answer(AnswerRequest request, StreamObserver<AnswerResponse> observer) {
            Call<AnswerResponse> call = calls.begin(observer);
            call.step(() -> AnswerCall.start(tools, call, request));
        }

        @Override
        public void score(ScoreRequest request, StreamObserver<ScoreResponse> observer) {
            Call<ScoreResponse> call = calls.begin(observer);
            call.step(() -> ScoreCall.start(tools, call, request));
        }
    }
}
