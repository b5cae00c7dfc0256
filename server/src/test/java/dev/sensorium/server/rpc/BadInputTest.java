package dev.sensorium.server.rpc;

import static dev.sensorium.server.rpc.Requests.PNG;
import static dev.sensorium.server.rpc.Requests.embed;
import static dev.sensorium.server.rpc.Requests.image;
import static dev.sensorium.server.rpc.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.sensorium.proto.v1.Audio;
import dev.sensorium.proto.v1.Content;
import dev.sensorium.proto.v1.ContentDigest;
import dev.sensorium.proto.v1.EmbedRequest;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import dev.sensorium.proto.v1.Modality;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.proto.v1.Video;
import dev.sensorium.proto.v1.VideoFile;
import dev.sensorium.proto.v1.VideoFrames;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class BadInputTest extends ServiceTest {

    @AfterEach
    void isHealthyAfterwards() {
        assertThat(embeddings().embed(embed("echo", "healthy")).getEmbeddingsCount())
                .isEqualTo(1);
    }

    @Test
    void emptyRequest() {
        failure(EmbedRequest.getDefaultInstance()).assertInvalid("INVALID_REQUEST", "contents");
    }

    @Test
    void noKindOfContent() {
        failure(embed("echo", text("a"), Content.getDefaultInstance())).assertInvalid("INVALID_REQUEST", "contents[1]");
    }

    @Test
    void blankText() {
        failure(embed("echo", "", "a", " \n\u2003"))
                .assertInvalid("INVALID_REQUEST", "contents[0].text", "contents[2].text");
    }

    @Test
    void textBeyondTheServersLimit() {
        Failure failure = failure(embed("echo", "ä".repeat(501)));
        failure.assertInvalid("INVALID_REQUEST", "contents[0].text");
        assertThat(failure.message()).isEqualTo("contents[0].text: 1002 bytes (expected: <= 1000)");
    }

    @Test
    void imageWithoutBytes() {
        failure(embed("echo", image(ByteString.EMPTY))).assertInvalid("INVALID_REQUEST", "contents[0].image.data");
    }

    @Test
    void notAnImage() {
        failure(embed("echo", text("a"), image(ByteString.copyFromUtf8("hello"))))
                .assertInvalid("INVALID_INPUT", "contents[1].image.data");
    }

    @Test
    void mediaTypeThatTheBytesContradict() {
        Failure failure = failure(embed("echo", image(PNG, "image/png"), image(PNG, "image/jpeg")));
        failure.assertInvalid("INVALID_REQUEST", "contents[1].image.media_type");
        assertThat(failure.message()).isEqualTo("contents[1].image.media_type: \"image/jpeg\" (expected: image/png)");
        failure(embed("echo", image(ByteString.copyFromUtf8("hello"), "image/png")))
                .assertInvalid("INVALID_REQUEST", "contents[0].image.media_type");
    }

    @Test
    void videoWithoutSourceOrFrames() {
        Video noFrames =
                Video.newBuilder().setFrames(VideoFrames.getDefaultInstance()).build();
        failure(embed("echo", video(Video.getDefaultInstance()), video(noFrames)))
                .assertInvalid("INVALID_REQUEST", "contents[0].video", "contents[1].video.frames.images");
        Video emptyFrame = Video.newBuilder()
                .setFrames(VideoFrames.newBuilder()
                        .addImages(image(PNG).getImage())
                        .addImages(image(ByteString.EMPTY).getImage()))
                .build();
        failure(embed("echo", video(emptyFrame)))
                .assertInvalid("INVALID_REQUEST", "contents[0].video.frames.images[1].data");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1_000.5})
    void videoAtAnImpossibleRate(double rate) {
        VideoFrames frames = VideoFrames.newBuilder()
                .addImages(image(PNG).getImage())
                .setFrameRate(rate)
                .build();
        VideoFile file = VideoFile.newBuilder().setData(PNG).build();
        Content digest = Content.newBuilder()
                .setDigest(ContentDigest.newBuilder()
                        .setModality(Modality.MODALITY_VIDEO)
                        .setSha256("0".repeat(64))
                        .setSampleRate(rate))
                .build();
        Failure failure = failure(embed(
                "echo",
                video(Video.newBuilder().setFrames(frames).build()),
                video(Video.newBuilder().setFile(file).setSampleRate(rate).build()),
                digest));
        failure.assertInvalid(
                "INVALID_REQUEST",
                "contents[0].video.frames.frame_rate",
                "contents[1].video.sample_rate",
                "contents[2].digest.sample_rate");
        assertThat(failure.message()).contains("%s (expected: > 0 and <= 1000)".formatted(rate));
    }

    @Test
    void rateOfWhatHasNone() {
        VideoFrames frames =
                VideoFrames.newBuilder().addImages(image(PNG).getImage()).build();
        Content digest = Content.newBuilder()
                .setDigest(ContentDigest.newBuilder()
                        .setModality(Modality.MODALITY_IMAGE)
                        .setSha256("0".repeat(64))
                        .setSampleRate(1))
                .build();
        failure(embed(
                        "echo",
                        video(Video.newBuilder()
                                .setFrames(frames)
                                .setSampleRate(1)
                                .build()),
                        digest))
                .assertInvalid(
                        "INVALID_REQUEST", "contents[0].video.frames.frame_rate", "contents[1].digest.sample_rate");
    }

    @Test
    void modalityThatTheModelDoesNotTake() {
        Content sound = Content.newBuilder()
                .setAudio(Audio.newBuilder().setData(ByteString.copyFromUtf8("fLaC")))
                .build();
        Failure failure = failure(embed("echo", text("a"), sound));
        failure.assertInvalid("UNSUPPORTED_MODALITY", "contents[1]");
        assertThat(failure.message()).isEqualTo("contents[1]: audio (expected: text, image, video)");
    }

    @Test
    void enumValueThatIsNotKnown() {
        EmbedRequest request = embed("echo", "a").toBuilder()
                .setOptions(ProcessingOptions.newBuilder().setCacheControlValue(77))
                .build();
        failure(request).assertInvalid("INVALID_REQUEST", "options.cache_control");
    }

    @Test
    void unknownModelAndMisnamedModel() {
        for (String name : new String[] {"nobody", "echo/9", "../echo", "echo/1/2", "\u0000", "x".repeat(10_000)}) {
            Failure failure = failure(embed(name, "a"));
            assertThat(failure.code()).as(name).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(failure.reason()).isEqualTo("MODEL_NOT_FOUND");
        }
    }

    @Test
    void checkpointThatComputesNoNumbers() {
        await(() -> failure(embed("nan", "a")).code() != Status.Code.UNAVAILABLE);
        assertThat(failure(embed("nan", "a")).code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void manyViolationsAreToldUpToALimit() {
        Content[] contents = new Content[16];
        java.util.Arrays.fill(contents, text(" "));
        Failure failure = failure(embed("echo", contents));
        assertThat(failure.fields()).hasSize(10);
        assertThat(failure.message()).endsWith("(and 15 more)");
    }

    @Test
    void messageOverTheLimit() {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> embeddings()
                .embed(embed("echo", image(ByteString.copyFrom(new byte[2 << 20])))));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void bytesThatAreNoMessage() {
        raw(EmbeddingServiceGrpc.getEmbedMethod(), "ffffffff").assertInvalid("MALFORMED_MESSAGE");
        raw(EmbeddingServiceGrpc.getEmbedStreamMethod(), "ffffffff").assertInvalid("MALFORMED_MESSAGE");
    }

    @Test
    void stringThatIsNotUtf8() {
        raw(EmbeddingServiceGrpc.getEmbedMethod(), "0a02c328").assertInvalid("MALFORMED_MESSAGE");
        raw(EmbeddingServiceGrpc.getMatchMethod(), "1a02c328").assertInvalid("MALFORMED_MESSAGE");
        raw(ModelServiceGrpc.getGetModelMethod(), "0a02c328").assertInvalid("MALFORMED_MESSAGE");
    }

    @Test
    void noMessageOrTwoWhereThereShouldBeOne() {
        raw(EmbeddingServiceGrpc.getEmbedMethod()).assertInvalid("MALFORMED_CALL");
        raw(EmbeddingServiceGrpc.getEmbedMethod(), "", "").assertInvalid("MALFORMED_CALL");
    }

    private Failure failure(EmbedRequest request) {
        return Failure.of(() -> embeddings().embed(request));
    }

    private static Content video(Video video) {
        return Content.newBuilder().setVideo(video).build();
    }

    /** Sends bytes as the messages of a call, and returns the error that comes back. */
    private Failure raw(MethodDescriptor<?, ?> method, String... messages) {
        MethodDescriptor<byte[], byte[]> bytes = MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(method.getFullMethodName())
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build();
        CompletableFuture<StatusRuntimeException> end = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(bytes, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status.asRuntimeException(trailers));
                    }
                },
                new Metadata());
        call.request(2);
        for (String message : messages) {
            call.sendMessage(HexFormat.of().parseHex(message));
        }
        call.halfClose();
        return Failure.of(end.join());
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
