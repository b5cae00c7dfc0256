package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ContentServiceGrpc;
import dev.sensorium.proto.v1.UploadContentRequest;
import dev.sensorium.proto.v1.UploadContentResponse;
import dev.sensorium.server.cache.ContentStore;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** ContentService on the wire. */
@GrpcService
public class ContentRpc implements BindableService {

    private final ContentStore uploads;
    private final CallPool calls;

    @Inject
    ContentRpc(ContentStore uploads, CallPool calls) {
        this.uploads = uploads;
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return StrictService.of(new Methods());
    }

    private final class Methods extends ContentServiceGrpc.ContentServiceImplBase {

        @Override
        public StreamObserver<UploadContentRequest> uploadContent(StreamObserver<UploadContentResponse> observer) {
            Call<UploadContentResponse> call = calls.begin(observer);
            return UploadCall.start(uploads, call, (ServerCallStreamObserver<UploadContentResponse>) observer);
        }
    }
}
