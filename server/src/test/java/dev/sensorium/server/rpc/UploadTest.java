package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.embed;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.ContentDigest;
import dev.sensorium.proto.v1.EmbedResponse;
import dev.sensorium.proto.v1.Modality;
import dev.sensorium.proto.v1.UploadContentRequest;
import dev.sensorium.proto.v1.UploadContentResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

@QuarkusTest
class UploadTest extends ServiceTest {

    @Test
    void anUploadStandsForItsContent() {
        UploadContentResponse uploaded = upload(PNG.substring(0, 5), PNG.substring(5));
        assertThat(uploaded.getSizeBytes()).isEqualTo(PNG.size());
        EmbedResponse direct = embeddings().embed(embed("echo", image(PNG)));
        EmbedResponse byDigest = embeddings().embed(embed("echo", digest(uploaded, Modality.MODALITY_IMAGE)));
        assertThat(byDigest.getEmbeddings(0)).isEqualTo(direct.getEmbeddings(0));
        assertThat(byDigest.getStats().getCacheHitCount()).isEqualTo(1);
    }

    @Test
    void textCanBeUploadedToo() {
        UploadContentResponse uploaded = upload(ByteString.copyFromUtf8("an uploaded text"));
        EmbedResponse byDigest = embeddings().embed(embed("echo", digest(uploaded, Modality.MODALITY_TEXT)));
        assertThat(byDigest.getEmbeddings(0))
                .isEqualTo(embeddings()
                        .embed(embed("echo", text("an uploaded text")))
                        .getEmbeddings(0));
        UploadContentResponse garbage = upload(ByteString.fromHex("c328"));
        Failure.of(() -> embeddings().embed(embed("echo", digest(garbage, Modality.MODALITY_TEXT))))
                .assertInvalid("INVALID_REQUEST", "contents[0].digest");
    }

    @Test
    void whatWasNotUploadedIsNotFound() {
        String unknown = "0".repeat(64);
        Failure failure = Failure.of(() -> embeddings().embed(embed("echo", text("a"), digest(unknown, 2))));
        assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.reason()).isEqualTo("CONTENT_NOT_FOUND");
        assertThat(failure.info().getMetadataMap())
                .containsEntry("sha256", unknown)
                .containsEntry("field", "contents[1].digest");
    }

    @Test
    void aDigestMustBeOne() {
        Failure.of(() -> embeddings().embed(embed("echo", digest("ABC", 2))))
                .assertInvalid("INVALID_REQUEST", "contents[0].digest.sha256");
        Failure.of(() -> embeddings().embed(embed("echo", digest("0".repeat(64), 0))))
                .assertInvalid("INVALID_REQUEST", "contents[0].digest.modality");
        Failure.of(() -> embeddings().embed(embed("echo", digest("0".repeat(64), 99))))
                .assertInvalid("INVALID_REQUEST", "contents[0].digest.modality");
    }

    @Test
    void anUploadIsBoundedAndNotEmpty() {
        Failure tooLarge =
                Failure.of(() -> upload(ByteString.copyFrom(new byte[1000]), ByteString.copyFrom(new byte[25])));
        assertThat(tooLarge.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(tooLarge.reason()).isEqualTo("UPLOAD_TOO_LARGE");
        assertThat(tooLarge.hasRetryDelay()).isFalse();
        Failure.of(() -> upload(ByteString.EMPTY)).assertInvalid("INVALID_REQUEST", "chunk");
        Failure.of(this::upload).assertInvalid("INVALID_REQUEST", "chunk");
    }

    private UploadContentResponse upload(ByteString... chunks) {
        CompletableFuture<UploadContentResponse> answer = new CompletableFuture<>();
        StreamObserver<UploadContentRequest> upload = contents().uploadContent(new StreamObserver<>() {
            @Override
            public void onNext(UploadContentResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        for (ByteString chunk : chunks) {
            upload.onNext(UploadContentRequest.newBuilder().setChunk(chunk).build());
        }
        upload.onCompleted();
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw (StatusRuntimeException) e.getCause();
        }
    }

    private static Content digest(UploadContentResponse uploaded, Modality modality) {
        return digest(uploaded.getSha256(), modality.getNumber());
    }

    private static Content digest(String sha256, int modality) {
        return Content.newBuilder()
                .setDigest(ContentDigest.newBuilder().setSha256(sha256).setModalityValue(modality))
                .build();
    }
}
