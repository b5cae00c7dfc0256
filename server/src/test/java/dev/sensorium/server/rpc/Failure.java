package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An error as a client receives it. */
record Failure(com.google.rpc.Status status) {

    /** Calls, and returns the error that is expected to come; checks what holds for every error. */
    static Failure of(ThrowingCallable call) {
        return of(catchThrowableOfType(StatusRuntimeException.class, call));
    }

    static Failure of(StatusRuntimeException exception) {
        assertThat(exception).isNotNull();
        return new Failure(StatusProto.fromThrowable(exception));
    }

    Failure {
        assertThat(status).isNotNull();
        assertThat(status.getDetailsList()).extracting(Any::getTypeUrl).doesNotHaveDuplicates();
        assertThat(status.getMessage()).doesNotContain("/tmp", "java.", "dev.sensorium", "Exception");
    }

    Status.Code code() {
        return Status.fromCodeValue(status.getCode()).getCode();
    }

    String message() {
        return status.getMessage();
    }

    ErrorInfo info() {
        ErrorInfo info = detail(ErrorInfo.class).orElseThrow();
        assertThat(info.getDomain()).isEqualTo("sensorium.dev");
        return info;
    }

    String reason() {
        return info().getReason();
    }

    boolean hasRetryDelay() {
        return detail(RetryInfo.class).map(RetryInfo::hasRetryDelay).orElse(false);
    }

    /** Returns the fields that are to blame. */
    List<String> fields() {
        return detail(BadRequest.class).stream()
                .flatMap(bad -> bad.getFieldViolationsList().stream())
                .map(BadRequest.FieldViolation::getField)
                .toList();
    }

    /** Asserts that the request is to blame, for this reason and by these fields. */
    void assertInvalid(String reason, String... fields) {
        assertThat(code()).as(message()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(reason()).isEqualTo(reason);
        assertThat(fields()).containsExactly(fields);
    }

    private <M extends Message> Optional<M> detail(Class<M> type) {
        for (Any any : status.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return Optional.of(any.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return Optional.empty();
    }
}
