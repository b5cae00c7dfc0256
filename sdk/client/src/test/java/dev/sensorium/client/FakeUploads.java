package dev.sensorium.client;

import com.google.protobuf.ByteString;
import dev.sensorium.proto.v1.ContentServiceGrpc;
import dev.sensorium.proto.v1.UploadContentRequest;
import dev.sensorium.proto.v1.UploadContentResponse;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The content service of {@link FakeServer}: it takes uploads of at most 8 MiB. */
public final class FakeUploads extends ContentServiceGrpc.ContentServiceImplBase {

    static final int MAX_BYTES = 8 << 20;

    /** The latest upload. */
    volatile ByteString latest = ByteString.EMPTY;

    @Override
    public StreamObserver<UploadContentRequest> uploadContent(StreamObserver<UploadContentResponse> responses) {
        return new StreamObserver<>() {

            private ByteString bytes = ByteString.EMPTY;
            private boolean refused;

            @Override
            public void onNext(UploadContentRequest request) {
                bytes = bytes.concat(request.getChunk());
                if (bytes.size() > MAX_BYTES && !refused) {
                    refused = true;
                    responses.onError(FakeServer.rich(
                            io.grpc.Status.Code.RESOURCE_EXHAUSTED, "CAPACITY", "upload: too large", "", "", 7));
                }
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                if (refused) {
                    return;
                }
                latest = bytes;
                responses.onNext(UploadContentResponse.newBuilder()
                        .setSha256(sha256(bytes))
                        .setSizeBytes(bytes.size())
                        .build());
                responses.onCompleted();
            }
        };
    }

    static String sha256(ByteString bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
