package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.EmbedItem;
import dev.sensorium.proto.v1.EmbedStreamRequest;
import dev.sensorium.proto.v1.EmbedStreamResponse;
import dev.sensorium.proto.v1.ProcessingOptions;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.cache.Embedded;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A call of EmbedStream. It reads a message when it could start more items than it has, and starts an item when an
 * earlier result was sent; so a client that does not read results is soon not read from either.
 */
final class EmbedStreamCall implements StreamObserver<EmbedStreamRequest>, OrderedWindow.Sink<Embedded> {

    private static final int MAX_ID_BYTES = 1024;

    private final Toolbox tools;
    private final Call<EmbedStreamResponse> call;
    private final ServerCallStreamObserver<EmbedStreamResponse> flow;
    private final OrderedWindow<Embedded> window;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private @Nullable Opened opened;
    private boolean reading;
    private boolean inputEnded;

    /** An item under way, without its content. */
    private record Pending(String id, String field) {}

    /** What the first message said. */
    private record Opened(String model, ProcessingOptions options, Session session) {}

    private EmbedStreamCall(
            Toolbox tools, Call<EmbedStreamResponse> call, ServerCallStreamObserver<EmbedStreamResponse> flow) {
        this.tools = tools;
        this.call = call;
        this.flow = flow;
        this.window = tools.window(call, this);
    }

    static StreamObserver<EmbedStreamRequest> start(
            Toolbox tools, Call<EmbedStreamResponse> call, ServerCallStreamObserver<EmbedStreamResponse> flow) {
        EmbedStreamCall stream = new EmbedStreamCall(tools, call, flow);
        flow.disableAutoRequest();
        flow.setOnReadyHandler(() -> call.step(stream.window::pump));
        call.step(() -> {
            call.keep(stream.window);
            stream.window.pump();
        });
        return stream;
    }

    @Override
    public void onNext(EmbedStreamRequest request) {
        call.step(() -> accept(request));
    }

    @Override
    public void onCompleted() {
        call.step(() -> {
            inputEnded = true;
            window.pump();
        });
    }

    @Override
    public void onError(Throwable failure) {
        // the client is gone, and the call hears of it as a cancel
    }

    private void accept(EmbedStreamRequest request) {
        reading = false;
        requireIds(request);
        Session session = session(request);
        for (EmbedItem item : request.getItemsList()) {
            pending.add(new Pending(item.getId(), ContentReader.field(item.getContent(), "content")));
            window.add(() -> embed(session, item));
        }
        window.pump();
    }

    private static void requireIds(EmbedStreamRequest request) {
        Violations violations = new Violations();
        for (int i = 0; i < request.getItemsCount(); i++) {
            int bytes = request.getItems(i).getId().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_ID_BYTES) {
                violations.add(
                        "items[%d].id".formatted(i), "%d bytes (expected: <= %d)".formatted(bytes, MAX_ID_BYTES));
            }
        }
        violations.raise(Violations.INVALID_REQUEST);
    }

    private Session session(EmbedStreamRequest request) {
        if (opened == null) {
            Session session = call.keep(tools.session(request.getModel(), Embedder.class, request.getOptions()));
            opened = new Opened(request.getModel(), request.getOptions(), session);
        } else {
            requireSame(opened, request);
        }
        return opened.session();
    }

    private static void requireSame(Opened opened, EmbedStreamRequest request) {
        Violations violations = new Violations();
        if (!request.getModel().isEmpty() && !request.getModel().equals(opened.model())) {
            violations.add("model", "another than in the first message (expected: the same or none)");
        }
        if (request.hasOptions() && !request.getOptions().equals(opened.options())) {
            violations.add("options", "others than in the first message (expected: the same or none)");
        }
        violations.raise(Violations.INVALID_REQUEST);
    }

    private CompletableFuture<Embedded> embed(Session session, EmbedItem item) {
        Violations violations = new Violations();
        Content content = tools.reader().read(item.getContent(), "content", violations);
        violations.raise(Violations.INVALID_REQUEST);
        if (content == null) {
            throw new IllegalStateException("no content and no violation");
        }
        Session.require(session.model().embedder().modalities(), content.modality(), "content", violations);
        violations.raise(Violations.UNSUPPORTED_MODALITY);
        return session.embed(content);
    }

    @Override
    public boolean isReady() {
        return flow.isReady();
    }

    @Override
    public void deliver(CompletableFuture<Embedded> done) {
        Pending item = pending.remove();
        EmbedStreamResponse.Builder response = EmbedStreamResponse.newBuilder().setId(item.id());
        try {
            Embedded embedded = done.join();
            response.setEmbedding(Wire.embedding(embedded.embedding())).setCacheHit(embedded.cacheHit());
        } catch (CompletionException e) {
            ServiceException failure = Errors.at(item.field(), e);
            if (isOfTheCall(failure)) {
                throw failure;
            }
            response.setError(Errors.status(failure));
        }
        if (opened != null) {
            response.setModel(opened.session().model().id().toString());
        }
        call.send(response.build());
    }

    /** A queue that is full or closed is not the item's fault, and would meet all that follow. */
    private static boolean isOfTheCall(ServiceException failure) {
        return failure.code() == Status.Code.UNAVAILABLE || failure.reason().equals("QUEUE_FULL");
    }

    @Override
    public void settled() {
        if (inputEnded && window.isIdle()) {
            call.complete();
        } else if (!inputEnded && !reading && window.hasRoom()) {
            reading = true;
            flow.request(1);
        }
    }
}
