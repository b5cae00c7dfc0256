package dev.sensorium.spi;

/**
 * A failure that model code reports: a reason for programs and a message for people.
 *
 * <p>The message names the offender and the expectation, as in {@code "tokens: 91 (expected: <= 77)"}. It reaches the
 * caller, so it holds no paths, addresses or traces. A failure that one part of a request is to blame for says which,
 * {@link #at}, so that a server can name the caller's field.
 */
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why it failed. */
    public enum Reason {
        /** The input cannot be read or is not what the model takes. */
        INVALID_INPUT,
        /** The input is longer, larger or more than the model or the limits allow. */
        TOO_LONG,
        /** The model has no place left for this request now; the same request may succeed later. */
        CAPACITY,
        /** The checkpoint lacks something or holds something impossible. */
        INVALID_CHECKPOINT,
        /** The checkpoint computes numbers that are not finite. */
        NOT_FINITE,
        /** The model failed by a fault of its own. */
        INTERNAL
    }

    private final Reason reason;
    private final String part;
    private final String problem;

    public ModelException(Reason reason, String message) {
        super(message);
        this.reason = reason;
        this.part = "";
        this.problem = message;
    }

    public ModelException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.part = "";
        this.problem = message;
    }

    private ModelException(String part, ModelException cause) {
        super(part + ": " + cause.getMessage(), cause);
        this.reason = cause.reason;
        this.part = part;
        this.problem = String.valueOf(cause.getMessage());
    }

    /**
     * Returns the same failure as one of a part of the request, with which its message begins.
     *
     * @param where the part, such as "contents[2]" or "max_tokens"
     */
    public ModelException at(String where) {
        return new ModelException(where, this);
    }

    /** Returns why it failed. */
    public Reason reason() {
        return reason;
    }

    /** Returns the part of the request that is to blame; empty if it is the whole, or none. */
    public String part() {
        return part;
    }

    /** Returns the message without the part. */
    public String problem() {
        return problem;
    }
}
