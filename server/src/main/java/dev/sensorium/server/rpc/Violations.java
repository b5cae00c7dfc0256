package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/** What is found wrong with the fields of a request; all is looked at, and told together. */
final class Violations {

    /** The details of an error travel in a header, which has little room. */
    private static final int MOST = 10;

    private static final int LONGEST = 200;

    /** The reason of violations that need no knowledge of a model. */
    static final String INVALID_REQUEST = "INVALID_REQUEST";

    /** The reason of contents of a kind that the model does not take. */
    static final String UNSUPPORTED_MODALITY = "UNSUPPORTED_MODALITY";

    private final List<ServiceException.FieldViolation> found = new ArrayList<>();
    private int count;

    void add(String field, String description) {
        if (count++ < MOST) {
            found.add(new ServiceException.FieldViolation(field, shortened(description)));
        }
    }

    boolean any() {
        return count > 0;
    }

    /** Throws INVALID_ARGUMENT with this reason if anything was found. */
    void raise(String reason) {
        if (any()) {
            throw failure(reason);
        }
    }

    /** Returns INVALID_ARGUMENT with this reason, of what was found. */
    ServiceException failure(String reason) {
        ServiceException.FieldViolation first = found.get(0);
        String more = count == 1 ? "" : " (and %d more)".formatted(count - 1);
        ServiceException failure = new ServiceException(
                Status.Code.INVALID_ARGUMENT, reason, first.field() + ": " + first.description() + more);
        for (ServiceException.FieldViolation violation : found) {
            failure = failure.at(violation.field(), violation.description());
        }
        return failure;
    }

    /** Returns a value of the caller's for a message, cut if it is long. */
    static String quoted(String value) {
        return "\"" + shortened(value) + "\"";
    }

    static String shortened(String value) {
        return value.codePointCount(0, value.length()) <= LONGEST
                ? value
                : value.substring(0, value.offsetByCodePoints(0, LONGEST)) + "...";
    }
}
