package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import dev.sensorium.proto.v1.ResumePoint;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of one call of Generate that reads only when it is told to. */
final class GenerationReader implements ClientResponseObserver<GenerateRequest, GenerateResponse> {

    private final BlockingQueue<GenerateResponse> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // beforeStart is called first of all
    private ClientCallStreamObserver<GenerateRequest> flow;

    private GenerationReader() {}

    static GenerationReader open(Channel channel, GenerateRequest request) {
        return open(channel, request, null);
    }

    static GenerationReader open(Channel channel, GenerateRequest request, @Nullable Deadline deadline) {
        GenerationReader reader = new GenerationReader();
        GenerationServiceGrpc.newStub(channel).withDeadline(deadline).generate(request, reader);
        return reader;
    }

    /** Calls to read on after a response. */
    static GenerationReader resume(Channel channel, String id, long after) {
        return open(
                channel,
                GenerateRequest.newBuilder()
                        .setResume(ResumePoint.newBuilder().setGenerationId(id).setAfterSequence(after))
                        .build());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GenerateRequest> stream) {
        flow = stream;
        stream.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(GenerateResponse response) {
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
    GenerateResponse next() throws InterruptedException {
        flow.request(1);
        while (true) {
            GenerateResponse response = responses.poll(10, TimeUnit.MILLISECONDS);
            if (response != null) {
                return response;
            }
            assertThat(end).isNotCompleted();
        }
    }

    /** Reads so many responses. */
    List<GenerateResponse> next(int count) throws InterruptedException {
        List<GenerateResponse> read = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            read.add(next());
        }
        return read;
    }

    /** Reads all that comes until the call ends, well or not. */
    List<GenerateResponse> rest() {
        flow.request(Integer.MAX_VALUE);
        end.handle((nothing, failure) -> nothing).join();
        List<GenerateResponse> read = new ArrayList<>();
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

    /** Returns the text of these responses. */
    static String text(List<GenerateResponse> responses) {
        StringBuilder text = new StringBuilder();
        responses.forEach(response -> text.append(response.getDelta().getText()));
        return text.toString();
    }
}
