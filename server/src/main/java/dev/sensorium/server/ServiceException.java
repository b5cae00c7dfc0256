package dev.sensorium.server;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A failure that is answered to the caller: a status code, a stable reason for programs and a message for people.
 *
 * <p>The message reaches the caller, so it holds no paths, class names or traces. Immutable; the methods that add to
 * it return a new exception.
 */
public final class ServiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Status.Code code;
    private final String reason;
    private final transient Map<String, String> metadata;
    private final transient List<FieldViolation> violations;
    private final transient @Nullable Duration retryAfter;

    /**
     * What is wrong with a field of the request.
     *
     * @param field its path, such as "contents[3].image.data"
     * @param description what it is and what was expected
     */
    public record FieldViolation(String field, String description) {}

    /**
     * A failure without details.
     *
     * @param reason in upper snake case, such as "QUEUE_FULL"; part of the contract
     */
    public ServiceException(Status.Code code, String reason, String message) {
        this(code, reason, message, Map.of(), List.of(), null);
    }

    private ServiceException(
            Status.Code code,
            String reason,
            String message,
            Map<String, String> metadata,
            List<FieldViolation> violations,
            @Nullable Duration retryAfter) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.metadata = Map.copyOf(metadata);
        this.violations = List.copyOf(violations);
        this.retryAfter = retryAfter;
    }

    /** Returns this failure with one more entry of metadata. */
    public ServiceException with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return new ServiceException(code, reason, message(), more, violations, retryAfter);
    }

    /** Returns this failure with one more field that is to blame. */
    public ServiceException at(String field, String description) {
        List<FieldViolation> more = new ArrayList<>(violations);
        more.add(new FieldViolation(field, description));
        return new ServiceException(code, reason, message(), metadata, more, retryAfter);
    }

    /** Returns this failure, its message begun with the field that led to it. */
    public ServiceException from(String field) {
        return new ServiceException(code, reason, field + ": " + message(), metadata, violations, retryAfter);
    }

    /** Returns this failure with the advice to try again after this time. */
    public ServiceException retryAfter(Duration delay) {
        return new ServiceException(code, reason, message(), metadata, violations, delay);
    }

    public Status.Code code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    /** Returns the message for people. */
    public String message() {
        return String.valueOf(getMessage());
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    public List<FieldViolation> violations() {
        return violations;
    }

    /** Returns after which time the same call may succeed, or null if no retry helps. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
