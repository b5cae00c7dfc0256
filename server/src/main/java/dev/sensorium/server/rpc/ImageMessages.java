package dev.sensorium.server.rpc;

import com.google.protobuf.ByteString;
import dev.sensorium.proto.v1.DrawingFinished;
import dev.sensorium.proto.v1.DrawingProgress;
import dev.sensorium.proto.v1.DrawingStarted;
import dev.sensorium.proto.v1.DrawingUsage;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.Picture;
import dev.sensorium.proto.v1.PicturePreview;
import dev.sensorium.spi.ImageGenerator.Preview;

/** Pictures and how they come into being in the words of the wire. */
final class ImageMessages {

    private ImageMessages() {}

    /**
     * Returns the first response.
     *
     * @param first of the pictures that was begun
     */
    static GenerateImageResponse started(String model, long seed, Sketch.Beginning first) {
        return GenerateImageResponse.newBuilder()
                .setStarted(DrawingStarted.newBuilder()
                        .setModel(model)
                        .setSeed(seed)
                        .setPieces(first.step().pieces())
                        .setPromptTokens(first.step().promptTokens())
                        .setQueueTime(Wire.duration(first.queueNanos())))
                .build();
    }

    static GenerateImageResponse progress(int index, int done, Sketch.Beginning beginning) {
        int total = beginning.step().pieces();
        double nanosPerPiece = (double) (System.nanoTime() - beginning.time()) / done;
        return GenerateImageResponse.newBuilder()
                .setProgress(DrawingProgress.newBuilder()
                        .setIndex(index)
                        .setDone(done)
                        .setTotal(total)
                        .setTimeLeft(Wire.duration((long) (nanosPerPiece * (total - done)))))
                .build();
    }

    static GenerateImageResponse preview(int index, Preview preview) {
        return GenerateImageResponse.newBuilder()
                .setPreview(PicturePreview.newBuilder()
                        .setIndex(index)
                        .setData(ByteString.copyFrom(preview.image().encoded()))
                        .setDone(preview.done()))
                .build();
    }

    /** Returns a picture, without a score. */
    static Picture.Builder picture(int index, long seed, Sketch.End end) {
        return Picture.newBuilder()
                .setIndex(index)
                .setRank(index)
                .setData(ByteString.copyFrom(end.picture().encoded()))
                .setSeed(seed);
    }

    /**
     * Returns the last response.
     *
     * @param first of the pictures that was begun
     * @param drawn how many were drawn
     */
    static GenerateImageResponse finished(Sketch.Beginning first, int drawn, long drawingNanos, long rankingNanos) {
        DrawingUsage usage = DrawingUsage.newBuilder()
                .setPromptTokens(first.step().promptTokens())
                .setGeneratedTokens(drawn * first.step().pieces())
                .setQueueTime(Wire.duration(first.queueNanos()))
                .setDrawingTime(Wire.duration(drawingNanos))
                .setRankingTime(Wire.duration(rankingNanos))
                .build();
        return GenerateImageResponse.newBuilder()
                .setFinished(DrawingFinished.newBuilder().setUsage(usage))
                .build();
    }
}
