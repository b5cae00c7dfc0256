package dev.sensorium.spi;

/**
 * A failure that model code reports: a reason for programs and a message for people.
 *
 * <p>The message names the offender and the expectation, as in {@code "tokens: 91 (expected: <= 77)"}. It reaches the
 * caller, so it holds no paths, addresses or traces.
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

    public ModelException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ModelException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns why it failed. */
    public Reason reason() {
        return reason;
    }
}
