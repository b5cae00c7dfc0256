package dev.sensorium.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.inject.spi.Prioritized;
import jakarta.inject.Singleton;
import java.util.Objects;

/**
 * The one place where failures of calls become statuses: every error of every service leaves with its details. What is
 * thrown instead of answered comes here by {@link ThrownFailures}.
 */
@GlobalInterceptor
@Singleton
class ErrorInterceptor implements ServerInterceptor, Prioritized {

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
        return next.startCall(new DetailedCall<>(call), headers);
    }

    /** A call that is closed once, with details. */
    private static final class DetailedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private boolean closed;

        DetailedCall(ServerCall<Q, R> call) {
            super(call);
        }

        /** The first to close a call is right: after a failure, a service may still try to answer. */
        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (closed) {
                return;
            }
            closed = true;
            if (status.isOk() || trailers.containsKey(DETAILS)) {
                super.close(status, trailers);
                return;
            }
            StatusRuntimeException detailed = StatusProto.toStatusRuntimeException(Errors.status(status), trailers);
            super.close(detailed.getStatus(), Objects.requireNonNull(detailed.getTrailers()));
        }
    }
}
