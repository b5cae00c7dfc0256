package dev.sensorium.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.client.SensoriumException.Details;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The way from gRPC's statuses to {@link SensoriumException}. */
final class Errors {

    /** What Netty's native transports put before the reason. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private Errors() {}

    /** Returns what a failed call means. */
    static SensoriumException of(Throwable failure) {
        if (failure instanceof SensoriumException already) {
            return already;
        }
        Status status = Status.fromThrowable(failure);
        com.google.rpc.Status rich = StatusProto.fromThrowable(failure);
        Details details = rich == null ? Details.NONE : details(rich.getDetailsList());
        return create(code(status.getCode().value()), message(status), details, failure);
    }

    /** Returns what the error of one item means. */
    static SensoriumException of(com.google.rpc.Status status) {
        Code code = code(status.getCode());
        String message = status.getMessage().isEmpty() ? code.name() : status.getMessage();
        return create(code, message, details(status.getDetailsList()), null);
    }

    /** Returns the refusal of a request that is not sent, because of one field. */
    static SensoriumException invalid(String field, String description) {
        Details details =
                new Details("INVALID_REQUEST", Map.of(), List.of(new FieldViolation(field, description)), null);
        return create(Code.INVALID_ARGUMENT, field + ": " + description, details, null);
    }

    /** Returns the complaint about an answer that is not as the contract has it. */
    static SensoriumException unexpected(String message) {
        return create(Code.INTERNAL, message, Details.NONE, null);
    }

    static SensoriumException create(Code code, String message, Details details, @Nullable Throwable cause) {
        return switch (code) {
            case INVALID_ARGUMENT -> new SensoriumException.InvalidArgument(message, details, cause);
            case NOT_FOUND -> new SensoriumException.NotFound(message, details, cause);
            case UNAVAILABLE -> new SensoriumException.Unavailable(message, details, cause);
            case RESOURCE_EXHAUSTED -> new SensoriumException.ResourceExhausted(message, details, cause);
            case DEADLINE_EXCEEDED -> new SensoriumException.DeadlineExceeded(message, details, cause);
            default -> new SensoriumException(code, message, details, cause);
        };
    }

    /** Our codes are gRPC's in gRPC's order, which begins with OK. */
    private static Code code(int number) {
        return number >= 1 && number <= Code.values().length ? Code.values()[number - 1] : Code.UNKNOWN;
    }

    private static String message(Status status) {
        for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
            if (t instanceof ConnectException) {
                return "cannot connect: " + withoutCall(t);
            }
            if (t instanceof UnknownHostException) {
                return "unknown host: " + t.getMessage();
            }
            if (t instanceof SSLException) {
                return tls(String.valueOf(t.getMessage()));
            }
            if (t instanceof IOException && t.getMessage() != null && status.getCode() == Status.Code.UNAVAILABLE) {
                return "connection lost: " + withoutCall(t);
            }
        }
        String description = status.getDescription();
        return description == null ? status.getCode().name() : description;
    }

    private static String withoutCall(Throwable failure) {
        return SYSTEM_CALL.matcher(String.valueOf(failure.getMessage())).replaceFirst("");
    }

    private static String tls(String message) {
        return message.startsWith("not an SSL/TLS record") ? "the server does not talk TLS" : "TLS: " + message;
    }

    private static Details details(List<Any> details) {
        ErrorInfo info = find(details, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
        List<FieldViolation> violations = find(details, BadRequest.class).stream()
                .flatMap(request -> request.getFieldViolationsList().stream())
                .map(violation -> new FieldViolation(violation.getField(), violation.getDescription()))
                .toList();
        Duration delay = find(details, RetryInfo.class)
                .map(RetryInfo::getRetryDelay)
                .map(d -> Duration.ofSeconds(d.getSeconds(), d.getNanos()))
                .orElse(null);
        return new Details(info.getReason(), info.getMetadataMap(), violations, delay);
    }

    private static <T extends Message> Optional<T> find(List<Any> details, Class<T> type) {
        for (Any detail : details) {
            if (detail.is(type)) {
                try {
                    return Optional.of(detail.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    return Optional.empty(); // a detail that cannot be read says nothing
                }
            }
        }
        return Optional.empty();
    }
}
