package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.ResumePoint;
import io.grpc.Channel;
import io.grpc.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of one call of Generate that reads only when it is told to. */
final class GenerationReader extends StreamReader<GenerateRequest, GenerateResponse> {

    private GenerationReader() {}

    static GenerationReader open(Channel channel, GenerateRequest request) {
        return open(channel, request, null);
    }

    static GenerationReader open(Channel channel, GenerateRequest request, @Nullable Deadline deadline) {
        GenerationReader reader = new GenerationReader();
        GenerationServiceGrpc.newStub(channel).withDeadline(deadline).generate(request, reader);
        return reader;
    }

    /** Calls to read on after a response. */
    static GenerationReader resume(Channel channel, String id, long after) {
        return open(
                channel,
                GenerateRequest.newBuilder()
                        .setResume(ResumePoint.newBuilder().setGenerationId(id).setAfterSequence(after))
                        .build());
    }

    /** Returns the text of these responses. */
    static String text(List<GenerateResponse> responses) {
        StringBuilder text = new StringBuilder();
        responses.forEach(response -> text.append(response.getDelta().getText()));
        return text.toString();
    }
}
