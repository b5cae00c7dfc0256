package dev.sensorium.server.rpc;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * A call under way. Its steps run one after the other on a pool, never on the event loop; it ends once, by an answer, a
 * failure, a cancel or its deadline, and then closes what was kept for it.
 */
final class Call<R> {

    private static final Logger LOG = Logger.getLogger(Call.class);

    private final ServerCallStreamObserver<R> observer;
    private final Executor steps;
    private final StreamFate fate;
    private final Deque<AutoCloseable> kept = new ArrayDeque<>();
    private boolean over;

    private Call(Executor pool, ServerCallStreamObserver<R> observer) {
        this.observer = observer;
        this.fate = StreamFate.current();
        this.steps = MoreExecutors.newSequentialExecutor(pool);
    }

    /** Begins a call. Called where gRPC calls the service, while the call's context is current. */
    static <R> Call<R> begin(Executor pool, StreamObserver<R> observer) {
        ServerCallStreamObserver<R> responses = (ServerCallStreamObserver<R>) observer;
        Call<R> call = new Call<>(pool, responses);
        responses.setOnCancelHandler(call::cancel);
        Context.current().addListener(context -> call.cancel(), Runnable::run); // covers the deadline
        return call;
    }

    /** Runs a step after those that came before, unless the call is over by then. A step that throws ends the call. */
    void step(Runnable step) {
        steps.execute(() -> {
            if (over) {
                return;
            }
            try {
                step.run();
            } catch (Throwable e) {
                fail(e);
            }
        });
    }

    /** Keeps a resource until the call is over; from a step only. */
    <T extends AutoCloseable> T keep(T resource) {
        kept.push(resource);
        return resource;
    }

    /** Returns whether the call has ended; from a step only. */
    boolean isOver() {
        return over;
    }

    /** Returns whether a call that has ended did so because its connection is lost. */
    boolean isLost() {
        return fate.isLost();
    }

    /** Returns whether a message would be sent without piling up. */
    boolean isReady() {
        return observer.isReady();
    }

    /** Sends a message; from a step only. */
    void send(R message) {
        observer.onNext(message);
    }

    /** Ends the call with success; from a step only. */
    void complete() {
        end();
        observer.onCompleted();
    }

    /** Sends the only message and ends the call; from a step only. */
    void answer(R message) {
        send(message);
        complete();
    }

    /** Ends the call with a failure; from a step only. */
    void fail(Throwable failure) {
        if (!over) {
            end();
            observer.onError(failure);
        }
    }

    private void cancel() {
        step(this::end);
    }

    private void end() {
        over = true;
        while (!kept.isEmpty()) {
            close(kept.pop());
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.error("a call's resource cannot be closed", e);
        }
    }
}
