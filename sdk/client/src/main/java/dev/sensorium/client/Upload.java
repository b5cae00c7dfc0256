package dev.sensorium.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sensorium.client.Content.Digest;
import dev.sensorium.proto.v1.ContentServiceGrpc;
import dev.sensorium.proto.v1.UploadContentRequest;
import dev.sensorium.proto.v1.UploadContentResponse;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** The upload of one file in chunks, as fast as the server takes them. */
record Upload(Channel channel, Duration deadline) {

    private static final int CHUNK_BYTES = 1 << 20;

    Digest send(Modality modality, Path file) {
        MessageDigest digest = sha256();
        var call = ContentServiceGrpc.newBlockingV2Stub(channel)
                .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                .uploadContent();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = in.readNBytes(CHUNK_BYTES);
            while (chunk.length > 0) {
                digest.update(chunk);
                if (!call.write(message(UnsafeByteOperations.unsafeWrap(chunk)))) {
                    break; // the server has said its last word, which is read below
                }
                chunk = in.readNBytes(CHUNK_BYTES);
            }
            call.halfClose();
            return Content.digest(modality, agree(answer(call), HexFormat.of().formatHex(digest.digest())));
        } catch (StatusException e) {
            throw Errors.of(e);
        } catch (IOException e) {
            call.cancel("the file cannot be read", e);
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            call.cancel("the thread was interrupted", e);
            Thread.currentThread().interrupt();
            throw Errors.of(io.grpc.Status.CANCELLED
                    .withDescription("the thread was interrupted")
                    .asException());
        }
    }

    private static UploadContentRequest message(ByteString chunk) {
        return UploadContentRequest.newBuilder().setChunk(chunk).build();
    }

    private static UploadContentResponse answer(BlockingClientCall<UploadContentRequest, UploadContentResponse> call)
            throws InterruptedException, StatusException {
        UploadContentResponse answer = call.read();
        if (answer == null) {
            throw Errors.unexpected("answer to the upload: none (expected: its SHA-256)");
        }
        return answer;
    }

    private static String agree(UploadContentResponse answer, String expected) {
        if (!answer.getSha256().equals(expected)) {
            throw Errors.unexpected("SHA-256 of the upload: %s (expected: %s)".formatted(answer.getSha256(), expected));
        }
        return expected;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
