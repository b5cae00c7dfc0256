package dev.sensorium.client;

import com.google.protobuf.ByteString;
import dev.sensorium.client.Content.Picture;
import dev.sensorium.client.DrawingEvent.Drawn;
import dev.sensorium.client.DrawingEvent.Finished;
import dev.sensorium.client.DrawingEvent.Preview;
import dev.sensorium.client.DrawingEvent.Progress;
import dev.sensorium.client.DrawingEvent.Started;
import dev.sensorium.proto.v1.DrawingOptions;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import java.util.OptionalDouble;

/** The mapping between the SDK's types and the messages on the wire, for pictures that are drawn. */
final class DrawingWire {

    private DrawingWire() {}

    static GenerateImageRequest request(String prompt, DrawOptions options) {
        Checks.text("prompt", prompt);
        return GenerateImageRequest.newBuilder()
                .setModel(options.model())
                .setPrompt(prompt)
                .setDrawing(style(options.style()))
                .setCount(options.series().count())
                .setPreviewInterval(options.series().previewInterval())
                .setRerankModel(options.series().rerankModel())
                .setTruncatePrompt(options.truncatePrompt())
                .build();
    }

    private static DrawingOptions style(DrawOptions.Style style) {
        DrawingOptions.Builder message = DrawingOptions.newBuilder();
        style.guidance().ifPresent(message::setGuidance);
        style.temperature().ifPresent(message::setTemperature);
        style.topK().ifPresent(message::setTopK);
        style.seed().ifPresent(message::setSeed);
        return message.build();
    }

    static DrawingEvent event(GenerateImageResponse response) {
        return switch (response.getEventCase()) {
            case STARTED -> started(response.getStarted());
            case PROGRESS -> progress(response.getProgress());
            case PREVIEW -> preview(response.getPreview());
            case PICTURE -> new Drawn(picture(response.getPicture()));
            case FINISHED -> new Finished(usage(response.getFinished().getUsage()));
            case EVENT_NOT_SET ->
                throw Errors.unexpected(
                        "response: no event (expected: started, progress, preview, picture or finished)");
        };
    }

    private static Started started(dev.sensorium.proto.v1.DrawingStarted started) {
        return new Started(
                started.getModel(),
                started.getSeed(),
                started.getPieces(),
                started.getPromptTokens(),
                Wire.duration(started.getQueueTime()));
    }

    private static Progress progress(dev.sensorium.proto.v1.DrawingProgress progress) {
        return new Progress(
                progress.getIndex(), progress.getDone(), progress.getTotal(), Wire.duration(progress.getTimeLeft()));
    }

    private static Preview preview(dev.sensorium.proto.v1.PicturePreview preview) {
        return new Preview(preview.getIndex(), png(preview.getData()), preview.getDone());
    }

    private static DrawnPicture picture(dev.sensorium.proto.v1.Picture picture) {
        return new DrawnPicture(
                picture.getIndex(),
                picture.getRank(),
                png(picture.getData()),
                picture.getSeed(),
                picture.hasScore() ? OptionalDouble.of(picture.getScore()) : OptionalDouble.empty());
    }

    private static Picture png(ByteString data) {
        return new Picture(data.asReadOnlyByteBuffer());
    }

    private static DrawingUsage usage(dev.sensorium.proto.v1.DrawingUsage usage) {
        return new DrawingUsage(
                usage.getPromptTokens(),
                usage.getGeneratedTokens(),
                Wire.duration(usage.getQueueTime()),
                Wire.duration(usage.getDrawingTime()),
                Wire.duration(usage.getRankingTime()));
    }
}
