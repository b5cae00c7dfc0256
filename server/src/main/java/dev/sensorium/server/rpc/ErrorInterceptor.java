package dev.sensorium.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;

/** The one place where failures of calls become statuses: every error of every service leaves with its details. */
@GlobalInterceptor
@ApplicationScoped
public class ErrorInterceptor implements ServerInterceptor, Prioritized {

    private static final Metadata.Key<com.google.rpc.Status> DETAILS =
            ProtoUtils.keyForProto(com.google.rpc.Status.getDefaultInstance());

    /** Outermost, so that what the other interceptors refuse leaves with details too. */
    @Override
    public int getPriority() {
        return Integer.MAX_VALUE;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        DetailedCall<Q, R> detailed = new DetailedCall<>(call);
        try {
            return new GuardedListener<>(next.startCall(detailed, headers), detailed);
        } catch (RuntimeException e) {
            detailed.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    /** A call that is closed once, with details. */
    private static final class DetailedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private boolean closed;

        DetailedCall(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            closed = true;
            if (status.isOk() || trailers.containsKey(DETAILS)) {
                super.close(status, trailers);
                return;
            }
            StatusRuntimeException detailed = StatusProto.toStatusRuntimeException(Errors.status(status), trailers);
            super.close(detailed.getStatus(), java.util.Objects.requireNonNull(detailed.getTrailers()));
        }

        synchronized void fail(RuntimeException failure) {
            if (!closed) {
                close(Status.fromThrowable(failure), new Metadata());
            }
        }
    }

    /** A listener whose exceptions close the call. */
    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {

        private final DetailedCall<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> listener, DetailedCall<Q, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guarded(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        private void guarded(Runnable event) {
            try {
                event.run();
            } catch (RuntimeException e) {
                call.fail(e);
            }
        }
    }
}
