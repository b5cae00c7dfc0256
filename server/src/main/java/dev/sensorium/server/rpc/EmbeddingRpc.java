package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.proto.v1.EmbedStreamRequest;
import dev.sensorium.proto.v1.EmbedStreamResponse;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.MatchRequest;
import dev.sensorium.proto.v1.MatchResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** EmbeddingService on the wire. */
@GrpcService
public class EmbeddingRpc implements BindableService {

    private final Toolbox tools;
    private final CallPool calls;

    @Inject
    EmbeddingRpc(Toolbox tools, CallPool calls) {
        this.tools = tools;
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return StrictService.of(new Methods());
    }

    private final class Methods extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {

        @Override
        public void embed(EmbedRequest request, StreamObserver<EmbedResponse> observer) {
            Call<EmbedResponse> call = calls.begin(observer);
            call.step(() -> EmbedCall.start(tools, call, request));
        }

        @Override
        public StreamObserver<EmbedStreamRequest> embedStream(StreamObserver<EmbedStreamResponse> observer) {
            Call<EmbedStreamResponse> call = calls.begin(observer);
            return EmbedStreamCall.start(tools, call, (ServerCallStreamObserver<EmbedStreamResponse>) observer);
        }

        @Override
        public void match(MatchRequest request, StreamObserver<MatchResponse> observer) {
            Call<MatchResponse> call = calls.begin(observer);
            call.step(() -> MatchCall.start(tools, call, request));
        }
    }
}
