package dev.sensorium.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quarkus.grpc.ExceptionHandler;
import io.quarkus.grpc.ExceptionHandlerProvider;
import jakarta.inject.Singleton;

/** Closes a call with what its service threw, as it is; {@link ErrorInterceptor} makes of it what callers are told. */
@Singleton
class ThrownFailures implements ExceptionHandlerProvider {

    @Override
    public <Q, R> ExceptionHandler<Q, R> createHandler(
            ServerCall.Listener<Q> listener, ServerCall<Q, R> call, Metadata metadata) {
        return new ExceptionHandler<>(listener, call, metadata) {
            @Override
            protected void handleException(Throwable failure, ServerCall<Q, R> closing, Metadata headers) {
                closing.close(Status.UNKNOWN.withCause(failure), new Metadata());
            }
        };
    }

    @Override
    public Throwable transform(Throwable failure) {
        return failure;
    }
}
