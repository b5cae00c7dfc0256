package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateImageRequest;
import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.ImageServiceGrpc;
import dev.sensorium.proto.v1.Picture;
import io.grpc.Channel;
import io.grpc.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of one call of GenerateImage that reads only when it is told to. */
final class ImageReader extends StreamReader<GenerateImageRequest, GenerateImageResponse> {

    private ImageReader() {}

    static ImageReader open(Channel channel, GenerateImageRequest.Builder request) {
        return open(channel, request, null);
    }

    static ImageReader open(Channel channel, GenerateImageRequest.Builder request, @Nullable Deadline deadline) {
        ImageReader reader = new ImageReader();
        ImageServiceGrpc.newStub(channel).withDeadline(deadline).generateImage(request.build(), reader);
        return reader;
    }

    /** Returns a request. */
    static GenerateImageRequest.Builder draw(String model, String prompt) {
        return GenerateImageRequest.newBuilder().setModel(model).setPrompt(prompt);
    }

    /** Returns the pictures among these responses. */
    static List<Picture> pictures(List<GenerateImageResponse> responses) {
        return responses.stream()
                .filter(GenerateImageResponse::hasPicture)
                .map(GenerateImageResponse::getPicture)
                .toList();
    }
}
