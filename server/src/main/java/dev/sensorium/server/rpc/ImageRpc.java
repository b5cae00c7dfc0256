package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.ImageServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** ImageService on the wire. */
@GrpcService
public class ImageRpc implements BindableService {

    private final ImageTools tools;
    private final CallPool calls;

    @Inject
    ImageRpc(ImageTools tools, CallPool calls) {
        this.tools = tools;
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return StrictService.of(new Methods());
    }

    private final class Methods extends ImageServiceGrpc.ImageServiceImplBase {

        @Override
        public void generateImage(GenerateImageRequest request, StreamObserver<GenerateImageResponse> observer) {
            Call<GenerateImageResponse> call = calls.begin(observer);
            ServerCallStreamObserver<GenerateImageResponse> flow =
                    (ServerCallStreamObserver<GenerateImageResponse>) observer;
            GenerateImageCall.start(tools, call, flow, request);
        }
    }
}
