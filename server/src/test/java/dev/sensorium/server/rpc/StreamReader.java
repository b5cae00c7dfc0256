package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of one call with many responses that reads only when it is told to. */
class StreamReader<Q, R> implements ClientResponseObserver<Q, R> {

    private final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // beforeStart is called first of all
    private ClientCallStreamObserver<Q> flow;

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        flow = stream;
        stream.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(R response) {
        responses.add(response);
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        end.complete(null);
    }

    /** Reads a response, which must come. */
    R next() throws InterruptedException {
        flow.request(1);
        while (true) {
            R response = responses.poll(10, TimeUnit.MILLISECONDS);
            if (response != null) {
                return response;
            }
            assertThat(end).isNotCompleted();
        }
    }

    /** Reads so many responses. */
    List<R> next(int count) throws InterruptedException {
        List<R> read = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            read.add(next());
        }
        return read;
    }

    /** Reads all that comes until the call ends, well or not. */
    List<R> rest() {
        flow.request(Integer.MAX_VALUE);
        end.handle((nothing, failure) -> nothing).join();
        List<R> read = new ArrayList<>();
        responses.drainTo(read);
        return read;
    }

    /** Reads all that comes, and returns the failure that comes at the end. */
    Failure failure() {
        rest();
        return Failure.of((StatusRuntimeException)
                end.handle((nothing, failure) -> failure).join());
    }

    boolean isOver() {
        return end.isDone();
    }

    void cancel() {
        flow.cancel("enough", null);
    }
}
