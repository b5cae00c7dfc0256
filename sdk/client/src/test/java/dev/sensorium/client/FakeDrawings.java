package dev.sensorium.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.sensorium.proto.v1.DrawingFinished;
import dev.sensorium.proto.v1.DrawingProgress;
import dev.sensorium.proto.v1.DrawingStarted;
import dev.sensorium.proto.v1.DrawingUsage;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.ImageServiceGrpc;
import dev.sensorium.proto.v1.Picture;
import dev.sensorium.proto.v1.PicturePreview;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.imageio.ImageIO;

/**
 * The image service of {@link FakeServer}. Its pictures have two pieces and the colour of their seed. "silence" is never
 * finished, "chaos" has a response of no kind, "outage" ends the server's connection after the first response, and "broken"
 * is refused.
 */
public final class FakeDrawings extends ImageServiceGrpc.ImageServiceImplBase {

    /** What the service was asked, as it came. */
    public final Queue<GenerateImageRequest> requests = new ConcurrentLinkedQueue<>();

    /** Calls that the client cancelled. */
    public final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public void generateImage(GenerateImageRequest request, StreamObserver<GenerateImageResponse> observer) {
        requests.add(request);
        ((ServerCallStreamObserver<GenerateImageResponse>) observer).setOnCancelHandler(cancelled::countDown);
        if (request.getPrompt().equals("broken")) {
            observer.onError(FakeServer.rich(
                    Status.Code.INVALID_ARGUMENT, "TOO_LONG", "prompt: too long", "prompt", "too long", 0));
            return;
        }
        observer.onNext(started(request));
        switch (request.getPrompt()) {
            case "silence" -> observer.onNext(progress(0, 1));
            case "chaos" -> observer.onNext(GenerateImageResponse.getDefaultInstance());
            case "outage" -> observer.onError(FakeServer.unavailable());
            default -> draw(request, observer);
        }
    }

    private static void draw(GenerateImageRequest request, StreamObserver<GenerateImageResponse> observer) {
        int count = request.getCount();
        for (int i = 0; i < count; i++) {
            observer.onNext(progress(i, 1));
            if (request.getPreviewInterval() > 0) {
                observer.onNext(preview(i, seed(request) + i));
            }
            observer.onNext(progress(i, 2));
        }
        for (int i = 0; i < count; i++) {
            observer.onNext(picture(request, i, count));
        }
        observer.onNext(GenerateImageResponse.newBuilder()
                .setFinished(DrawingFinished.newBuilder()
                        .setUsage(DrawingUsage.newBuilder()
                                .setPromptTokens(3)
                                .setGeneratedTokens(2 * count)
                                .setQueueTime(Duration.newBuilder().setNanos(2_000_000))
                                .setDrawingTime(Duration.newBuilder().setSeconds(1))))
                .build());
        observer.onCompleted();
    }

    private static long seed(GenerateImageRequest request) {
        return request.getDrawing().hasSeed() ? request.getDrawing().getSeed() : 42;
    }

    private static GenerateImageResponse started(GenerateImageRequest request) {
        return GenerateImageResponse.newBuilder()
                .setStarted(DrawingStarted.newBuilder()
                        .setModel("easel/1")
                        .setSeed(seed(request))
                        .setPieces(2)
                        .setPromptTokens(3)
                        .setQueueTime(Duration.newBuilder().setNanos(2_000_000)))
                .build();
    }

    private static GenerateImageResponse progress(int index, int done) {
        return GenerateImageResponse.newBuilder()
                .setProgress(DrawingProgress.newBuilder()
                        .setIndex(index)
                        .setDone(done)
                        .setTotal(2)
                        .setTimeLeft(Duration.newBuilder().setSeconds(2 - done)))
                .build();
    }

    private static GenerateImageResponse preview(int index, long seed) {
        return GenerateImageResponse.newBuilder()
                .setPreview(PicturePreview.newBuilder()
                        .setIndex(index)
                        .setData(png(seed))
                        .setDone(1))
                .build();
    }

    /** Pictures that are ranked come the last one first. */
    private static GenerateImageResponse picture(GenerateImageRequest request, int place, int count) {
        boolean ranked = !request.getRerankModel().isEmpty();
        int index = ranked ? count - 1 - place : place;
        Picture.Builder picture = Picture.newBuilder()
                .setIndex(index)
                .setRank(place)
                .setData(png(seed(request) + index))
                .setSeed(seed(request) + index);
        if (ranked) {
            picture.setScore(index + 0.5f);
        }
        return GenerateImageResponse.newBuilder().setPicture(picture).build();
    }

    /** Returns a PNG of 4 x 4 pixels of one colour. */
    static ByteString png(long colour) {
        BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16; i++) {
            picture.setRGB(i % 4, i / 4, (int) colour);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
