package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.UploadContentRequest;
import dev.sensorium.proto.v1.UploadContentResponse;
import dev.sensorium.server.cache.ContentStore;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** A call of UploadContent; reads a chunk when the one before is digested. */
final class UploadCall implements StreamObserver<UploadContentRequest> {

    private final Call<UploadContentResponse> call;
    private final ServerCallStreamObserver<UploadContentResponse> flow;
    private final ContentStore.Upload upload;

    private UploadCall(
            ContentStore store,
            Call<UploadContentResponse> call,
            ServerCallStreamObserver<UploadContentResponse> flow) {
        this.call = call;
        this.flow = flow;
        this.upload = store.begin();
    }

    static StreamObserver<UploadContentRequest> start(
            ContentStore store,
            Call<UploadContentResponse> call,
            ServerCallStreamObserver<UploadContentResponse> flow) {
        UploadCall started = new UploadCall(store, call, flow);
        flow.disableAutoRequest();
        call.step(() -> {
            call.keep(started.upload);
            flow.request(1);
        });
        return started;
    }

    @Override
    public void onNext(UploadContentRequest request) {
        call.step(() -> {
            upload.append(request.getChunk().asReadOnlyByteBuffer());
            flow.request(1);
        });
    }

    @Override
    public void onCompleted() {
        call.step(this::finish);
    }

    @Override
    public void onError(Throwable failure) {
        // the client is gone, and the call hears of it as a cancel
    }

    private void finish() {
        if (upload.size() == 0) {
            Violations violations = new Violations();
            violations.add("chunk", "no bytes in any (expected: at least one)");
            violations.raise(Violations.INVALID_REQUEST);
        }
        call.answer(UploadContentResponse.newBuilder()
                .setSizeBytes(upload.size())
                .setSha256(upload.store())
                .build());
    }
}
