package dev.sensorium.server.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns failures into what callers are told: a google.rpc.Status with an ErrorInfo, and with a BadRequest and a
 * RetryInfo where they apply. What is nobody's bad input is a bug: it is logged under an id, and only the id is told.
 */
final class Errors {

    private static final Logger LOG = Logger.getLogger(Errors.class);
    private static final String DOMAIN = "sensorium.dev";
    private static final java.time.Duration RETRY = java.time.Duration.ofSeconds(1);

    private Errors() {}

    /** Returns what a caller is told of a failure. */
    static com.google.rpc.Status status(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof StatusRuntimeException || cause instanceof StatusException) {
            return status(Status.fromThrowable(cause), StatusProto.fromThrowable(cause));
        }
        return proto(service(cause));
    }

    /** Returns what a caller is told of a failure that gRPC has a status for already. */
    static com.google.rpc.Status status(Status status) {
        Throwable cause = status.getCause();
        return status.getCode() == Status.Code.UNKNOWN && cause != null ? status(cause) : status(status, null);
    }

    /**
     * Returns a failure that was met at a field of the request: if the field's content is what is wrong, the field is
     * named.
     */
    static ServiceException at(String field, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ModelException e && isInput(e)) {
            String named = Violations.shortened(field); // callers give names to parts
            String description = Violations.shortened(String.valueOf(e.getMessage()));
            return new ServiceException(Status.Code.INVALID_ARGUMENT, e.reason().name(), named + ": " + description)
                    .at(named, description);
        }
        return service(cause);
    }

    /**
     * Returns a failure of a model's: if it refuses a part of the request, the field that this is is named.
     *
     * @param whole the field of all that the model was given
     * @param fields the field of a part, by the model's name for it; empty if it is not one that the caller knows
     */
    static ServiceException at(String whole, Function<String, Optional<String>> fields, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ModelException e && isInput(e)) {
            return fields.apply(e.part())
                    .map(field -> at(field, new ModelException(e.reason(), e.problem(), e)))
                    .orElseGet(() -> at(whole, e));
        }
        return service(cause);
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Returns whether the caller's input is to blame. */
    private static boolean isInput(ModelException e) {
        return e.reason() == ModelException.Reason.INVALID_INPUT || e.reason() == ModelException.Reason.TOO_LONG;
    }

    private static ServiceException service(Throwable failure) {
        if (failure instanceof ServiceException e) {
            return e;
        }
        if (failure instanceof ModelException e && e.reason() != ModelException.Reason.INTERNAL) {
            return model(e);
        }
        if (failure instanceof CancellationException) {
            return new ServiceException(Status.Code.CANCELLED, "CANCELLED", "the call was cancelled");
        }
        return internal(failure);
    }

    private static ServiceException model(ModelException e) {
        String reason = e.reason().name();
        String message = Violations.shortened(String.valueOf(e.getMessage()));
        return switch (e.reason()) {
            case INVALID_INPUT, TOO_LONG -> new ServiceException(Status.Code.INVALID_ARGUMENT, reason, message);
            case CAPACITY -> new ServiceException(Status.Code.RESOURCE_EXHAUSTED, reason, message).retryAfter(RETRY);
            case INVALID_CHECKPOINT, NOT_FINITE, INTERNAL ->
                new ServiceException(Status.Code.FAILED_PRECONDITION, reason, message);
        };
    }

    private static ServiceException internal(Throwable bug) {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        LOG.errorf(bug, "internal error, id %s", id);
        return new ServiceException(Status.Code.INTERNAL, "INTERNAL", "internal error, id " + id).with("id", id);
    }

    /** Keeps details that are there; a bare status gets an ErrorInfo of its code. */
    private static com.google.rpc.Status status(Status status, com.google.rpc.@Nullable Status detailed) {
        if (detailed != null && detailed.getDetailsCount() > 0) {
            return detailed;
        }
        if (status.getCode() == Status.Code.UNKNOWN || status.getCode() == Status.Code.INTERNAL) {
            return proto(internal(status.asRuntimeException()));
        }
        String message = status.getDescription() == null
                ? status.getCode().name()
                : Violations.shortened(status.getDescription());
        return proto(new ServiceException(status.getCode(), status.getCode().name(), message));
    }

    private static com.google.rpc.Status proto(ServiceException e) {
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(e.code().value())
                .setMessage(e.message())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(e.reason())
                        .setDomain(DOMAIN)
                        .putAllMetadata(e.metadata())
                        .build()));
        if (!e.violations().isEmpty()) {
            status.addDetails(Any.pack(badRequest(e)));
        }
        java.time.Duration retry = e.retryAfter();
        if (retry != null) {
            Duration delay = Wire.duration(retry.toNanos());
            status.addDetails(
                    Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
        }
        return status.build();
    }

    private static BadRequest badRequest(ServiceException e) {
        BadRequest.Builder bad = BadRequest.newBuilder();
        for (ServiceException.FieldViolation violation : e.violations()) {
            bad.addFieldViolationsBuilder()
                    .setField(violation.field())
                    .setDescription(violation.description())
                    .setReason(e.reason());
        }
        return bad.build();
    }
}
