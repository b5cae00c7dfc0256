package dev.sensorium.client;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sensorium.client.Requests.Request;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The forms that a unary call can take over a channel.
 *
 * @param channel where calls go
 * @param deadline how long a call may take that does not say so itself
 */
record Calls(Channel channel, Duration deadline) {

    /** Calls, and waits for the answer. */
    <Q, R, T> T run(Request<Q, R, T> request) {
        try {
            return request.answer()
                    .apply(ClientCalls.blockingUnaryCall(
                            channel, request.method(), options(request.deadline()), request.message()));
        } catch (StatusRuntimeException e) {
            throw Errors.of(e);
        }
    }

    /** Calls; cancelling the future, or completing it in any other way, cancels the call. */
    <Q, R, T> CompletableFuture<T> start(Request<Q, R, T> request) {
        ListenableFuture<R> call = ClientCalls.futureUnaryCall(
                channel.newCall(request.method(), options(request.deadline())), request.message());
        CompletableFuture<T> future = new CompletableFuture<>();
        future.whenComplete((answer, failure) -> call.cancel(true));
        call.addListener(() -> finish(future, call, request), MoreExecutors.directExecutor());
        return future;
    }

    private static <Q, R, T> void finish(
            CompletableFuture<T> future, ListenableFuture<R> call, Request<Q, R, T> request) {
        try {
            future.complete(request.answer().apply(Futures.getDone(call)));
        } catch (ExecutionException e) {
            future.completeExceptionally(Errors.of(e));
        } catch (RuntimeException e) { // cancelled, or an answer that is not as the contract has it
            future.completeExceptionally(e);
        }
    }

    Duration deadline(Optional<Duration> own) {
        return own.orElse(deadline);
    }

    private CallOptions options(Optional<Duration> own) {
        return CallOptions.DEFAULT.withDeadlineAfter(deadline(own).toNanos(), TimeUnit.NANOSECONDS);
    }
}
