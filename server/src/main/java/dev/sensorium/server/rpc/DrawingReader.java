package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.DrawingOptions;
import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ImageGenerator.Drawing;
import java.util.Map;
import java.util.Optional;

/** Reads how pictures are to be drawn, and knows the fields that a model means when it refuses it. */
final class DrawingReader {

    private static final Map<String, String> FIELDS = Map.of(
            "prompt", "prompt",
            "guidance", "drawing.guidance",
            "temperature", "drawing.temperature",
            "top_k", "drawing.top_k",
            "seed", "drawing.seed",
            "preview_interval", "preview_interval");

    private DrawingReader() {}

    /** Notes what is wrong with a request, its prompt aside. */
    static void check(GenerateImageRequest request, int maxCount, Violations violations) {
        DrawingOptions options = request.getDrawing();
        int count = count(request);
        if (count < 1 || count > maxCount) {
            violations.add("count", "%d (expected: 1 to %d)".formatted(count, maxCount));
        }
        atLeastZero("drawing.guidance", options.getGuidance(), violations);
        atLeastZero("drawing.temperature", options.getTemperature(), violations);
        if (options.getTopK() < 0) {
            violations.add("drawing.top_k", "%d (expected: >= 0)".formatted(options.getTopK()));
        }
        if (request.getPreviewInterval() < 0) {
            violations.add("preview_interval", "%d (expected: >= 0)".formatted(request.getPreviewInterval()));
        }
    }

    private static void atLeastZero(String field, double value, Violations violations) {
        if (!(value >= 0) || !Double.isFinite(value)) {
            violations.add(field, "%s (expected: >= 0 and finite)".formatted(value));
        }
    }

    /** Returns how many pictures are to be drawn. */
    static int count(GenerateImageRequest request) {
        return request.hasCount() ? request.getCount() : 1;
    }

    /** Returns a checked request laid over a model's defaults: what the request does not name stays as it is. */
    static Drawing over(Drawing defaults, GenerateImageRequest request) {
        DrawingOptions options = request.getDrawing();
        return new Drawing(
                options.hasGuidance() ? options.getGuidance() : defaults.guidance(),
                options.hasTemperature() ? options.getTemperature() : defaults.temperature(),
                options.hasTopK() ? options.getTopK() : defaults.topK(),
                request.getPreviewInterval(),
                defaults.seed());
    }

    /** Returns what the caller is told of a failure of the model: if it refuses a field, the field is named. */
    static ServiceException refusal(Throwable failure) {
        return Errors.at("prompt", part -> Optional.ofNullable(FIELDS.get(part)), failure);
    }
}
