package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;

/**
 * The count of calls in flight, and the end of letting new ones in. The services of grpc itself (health, reflection)
 * are always answered and never waited for.
 */
@Singleton
class Drain implements ServerInterceptor {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Recordings recordings;
    private int calls;
    private boolean draining;

    Drain(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (call.getMethodDescriptor().getFullMethodName().startsWith("grpc.")) {
            return next.startCall(call, headers);
        }
        if (!enter()) {
            refuse(call);
            return new ServerCall.Listener<>() {};
        }
        try {
            return new Counted<>(next.startCall(call, headers));
        } catch (RuntimeException e) {
            leave();
            throw e;
        }
    }

    /**
     * Lets no new calls in, ends generations whose clients would have to come back, and waits for calls in flight.
     *
     * @return how many were still in flight after this time
     */
    int drain(Duration timeout) throws InterruptedException {
        refuse();
        recordings.drain();
        return await(timeout);
    }

    private synchronized void refuse() {
        draining = true;
    }

    private synchronized int await(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (calls > 0 && end - System.nanoTime() > 0) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return calls;
    }

    private synchronized boolean enter() {
        if (draining) {
            return false;
        }
        calls++;
        return true;
    }

    private synchronized void leave() {
        calls--;
        notifyAll();
    }

    private static void refuse(ServerCall<?, ?> call) {
        ServiceException failure = new ServiceException(
                        Status.Code.UNAVAILABLE, "SERVER_DRAINING", "the server is shutting down")
                .retryAfter(RETRY);
        StatusRuntimeException status = StatusProto.toStatusRuntimeException(Errors.status(failure));
        call.close(status.getStatus(), Objects.requireNonNull(status.getTrailers()));
    }

    /** A call in flight, until it completes or is cancelled. */
    private final class Counted<Q> extends SimpleForwardingServerCallListener<Q> {

        Counted(ServerCall.Listener<Q> listener) {
            super(listener);
        }

        @Override
        public void onComplete() {
            try {
                super.onComplete();
            } finally {
                leave();
            }
        }

        @Override
        public void onCancel() {
            try {
                super.onCancel();
            } finally {
                leave();
            }
        }
    }
}
