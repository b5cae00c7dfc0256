package dev.sensorium.client;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a call: a code and a stable reason for programs, a message for people, and what else the server said.
 *
 * <p>The common codes have classes of their own, so that they can be caught apart. A call that is refused before it
 * goes out fails in the same way as if the server had refused it.
 */
public class SensoriumException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Code code;
    private final Details details;

    /** The kinds of failure, those of gRPC. */
    public enum Code {
        CANCELLED,
        UNKNOWN,
        INVALID_ARGUMENT,
        DEADLINE_EXCEEDED,
        NOT_FOUND,
        ALREADY_EXISTS,
        PERMISSION_DENIED,
        RESOURCE_EXHAUSTED,
        FAILED_PRECONDITION,
        ABORTED,
        OUT_OF_RANGE,
        UNIMPLEMENTED,
        INTERNAL,
        UNAVAILABLE,
        DATA_LOSS,
        UNAUTHENTICATED
    }

    /** What a failure carries beside code and message. */
    record Details(
            String reason, Map<String, String> metadata, List<FieldViolation> violations, @Nullable Duration delay)
            implements Serializable {

        static final Details NONE = new Details("", Map.of(), List.of(), null);
    }

    SensoriumException(Code code, String message, Details details, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.details = details;
    }

    /** Returns the kind of failure. */
    public final Code code() {
        return code;
    }

    /** Returns the stable reason, such as "TOO_LONG"; empty if the server gave none, as when it is not there. */
    public final String reason() {
        return details.reason();
    }

    /** Returns what else the server said, by key. */
    public final Map<String, String> metadata() {
        return details.metadata();
    }

    /** Returns the fields of the request that are at fault. */
    public final List<FieldViolation> violations() {
        return details.violations();
    }

    /** Returns how long to wait before a retry; empty if a retry is not known to help. */
    public final Optional<Duration> retryDelay() {
        return Optional.ofNullable(details.delay());
    }

    /** The request is not what the model or the server takes; {@link #violations} names the fields. */
    public static final class InvalidArgument extends SensoriumException {

        private static final long serialVersionUID = 1L;

        InvalidArgument(String message, Details details, @Nullable Throwable cause) {
            super(Code.INVALID_ARGUMENT, message, details, cause);
        }
    }

    /** There is no such model, version or upload. */
    public static final class NotFound extends SensoriumException {

        private static final long serialVersionUID = 1L;

        NotFound(String message, Details details, @Nullable Throwable cause) {
            super(Code.NOT_FOUND, message, details, cause);
        }
    }

    /** The server cannot be reached, or does not answer now; retries were in vain. */
    public static final class Unavailable extends SensoriumException {

        private static final long serialVersionUID = 1L;

        Unavailable(String message, Details details, @Nullable Throwable cause) {
            super(Code.UNAVAILABLE, message, details, cause);
        }
    }

    /** The server has no room for the request, now ({@link #retryDelay} says until when) or ever. */
    public static final class ResourceExhausted extends SensoriumException {

        private static final long serialVersionUID = 1L;

        ResourceExhausted(String message, Details details, @Nullable Throwable cause) {
            super(Code.RESOURCE_EXHAUSTED, message, details, cause);
        }
    }

    /** The answer did not come in time. */
    public static final class DeadlineExceeded extends SensoriumException {

        private static final long serialVersionUID = 1L;

        DeadlineExceeded(String message, Details details, @Nullable Throwable cause) {
            super(Code.DEADLINE_EXCEEDED, message, details, cause);
        }
    }
}
