package dev.sensorium.server.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.ResumePoint;
import java.time.Duration;

/** Reads what requests say of resuming. */
final class ResumeRequests {

    private ResumeRequests() {}

    /** Reads the field "resume_window"; not set, it is zero. */
    static Duration window(GenerateRequest request, Duration most, Violations violations) {
        com.google.protobuf.Duration wire = request.getResumeWindow();
        boolean valid = wire.getSeconds() >= 0 && wire.getNanos() >= 0 && wire.getNanos() < 1_000_000_000;
        Duration window = valid ? Duration.ofSeconds(wire.getSeconds(), wire.getNanos()) : Duration.ZERO;
        if (!valid || window.compareTo(most) > 0) {
            violations.add(
                    "resume_window",
                    "%d s and %d ns (expected: 0 to %s s)"
                            .formatted(wire.getSeconds(), wire.getNanos(), most.toMillis() / 1e3));
        }
        return window;
    }

    /** Reads the field "resume", beside which nothing else is set. */
    static ResumePoint point(GenerateRequest request) {
        Violations violations = new Violations();
        for (FieldDescriptor field : request.getAllFields().keySet()) {
            if (field.getNumber() != GenerateRequest.RESUME_FIELD_NUMBER) {
                violations.add(field.getName(), "set beside resume (expected: nothing else)");
            }
        }
        if (request.getResume().getGenerationId().isEmpty()) {
            violations.add("resume.generation_id", "empty (expected: the id of a generation)");
        }
        violations.raise(Violations.INVALID_REQUEST);
        return request.getResume();
    }
}
