package dev.sensorium.client;

import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.proto.v1.EmbedStreamRequest;
import dev.sensorium.proto.v1.EmbedStreamResponse;
import dev.sensorium.proto.v1.EmbeddingServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bulk call that outlives its connections: items go in, one result per item comes out in the same order. When the
 * server becomes unavailable, the call connects again and goes on with the items that are not answered.
 *
 * <p>It holds the items that are not answered, and it is for those who send to heed {@link #hasRoom}. All methods are
 * safe for many threads; the receiver is told one thing at a time.
 */
final class BulkCall {

    /** Who gets the results. */
    interface Receiver {

        void result(ItemResult result);

        /** The last word: no failure if every item was answered. */
        void end(@Nullable SensoriumException failure);
    }

    /**
     * How the call treats its server.
     *
     * @param items how many items may be out at once
     * @param bytes how many bytes of content may be out at once, unless it is a single item
     * @param firstBackoff the pause before the first new attempt; each further one is twice as long
     * @param attempts how often to connect again, with no result between, once there was a result
     */
    record Settings(int items, long bytes, Duration firstBackoff, int attempts) {

        static final Settings DEFAULT = new Settings(128, 32L << 20, Duration.ofMillis(100), 9);
    }

    private static final int FIRST_ATTEMPTS = 3; // until there is a result, the target may just be wrong
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

    private final ManagedChannel channel;
    private final EmbedOptions options;
    private final Settings settings;
    private final Receiver receiver;

    private final SynchronizationContext deliveries =
            new SynchronizationContext((thread, failure) -> cancel()); // a receiver that throws gets no more
    private final Queue<Pending> unanswered = new ArrayDeque<>();
    private long unansweredBytes;
    private boolean answeredAny;
    private boolean complete;
    private boolean ended;
    private boolean waiting;
    private int failedAttempts;
    private @Nullable Connection connection;

    /** An item that is not answered; with its answer, if it is refused here and only waits for its turn. */
    private record Pending(Item item, @Nullable SensoriumException refusal) {

        long bytes() {
            return Checks.size(item.content());
        }
    }

    BulkCall(ManagedChannel channel, EmbedOptions options, Settings settings, Receiver receiver) {
        this.channel = channel;
        this.options = options;
        this.settings = settings;
        this.receiver = receiver;
    }

    /** Tells whether one more item may go out while the receiver keeps this many results. */
    synchronized boolean hasRoom(int unreadResults) {
        return (unanswered.isEmpty() && unreadResults == 0)
                || (unanswered.size() + unreadResults < settings.items() && unansweredBytes < settings.bytes());
    }

    /** Sends an item, at once or as soon as there is a connection. */
    void send(Item item) {
        locked(() -> add(new Pending(item, refusal(item))));
    }

    /** Says that there are no more items. */
    void complete() {
        locked(() -> {
            complete = true;
            if (connection != null) {
                connection.halfClose();
            } else if (unanswered.isEmpty()) {
                end(null);
            }
        });
    }

    /** Ends the call without a last word to the receiver. */
    void cancel() {
        locked(() -> {
            ended = true;
            unanswered.clear();
            if (connection != null) {
                connection.cancel();
            }
        });
    }

    /** Changes the state unless all is over, then delivers what there is to deliver: outside the lock, in order. */
    private void locked(Runnable change) {
        synchronized (this) {
            if (!ended) {
                change.run();
            }
        }
        deliveries.drain();
    }

    private void add(Pending pending) {
        unanswered.add(pending);
        unansweredBytes += pending.bytes();
        answerRefused();
        if (connection != null) {
            connection.send(pending);
        } else if (!waiting && !unanswered.isEmpty()) {
            connect();
        }
    }

    private void connect() {
        waiting = false;
        if (unanswered.isEmpty()) {
            if (complete) {
                end(null);
            }
            return; // the next item connects
        }
        connection = new Connection();
        EmbeddingServiceGrpc.newStub(channel).embedStream(connection);
        unanswered.forEach(connection::send);
        if (complete) {
            connection.halfClose();
        }
    }

    private void answered(EmbedStreamResponse response, Connection from) {
        Pending pending = unanswered.peek();
        if (pending == null || !pending.item().id().equals(response.getId())) {
            end(Errors.unexpected("result of item \"%s\" (expected: %s)"
                    .formatted(
                            response.getId(),
                            pending == null ? "none" : "\"" + pending.item().id() + "\"")));
            from.cancel();
            return;
        }
        answeredAny = true;
        failedAttempts = 0;
        answer(Wire.result(response));
        answerRefused();
    }

    private void answerRefused() {
        for (Pending next = unanswered.peek(); next != null && next.refusal() != null; next = unanswered.peek()) {
            answer(ItemResult.failed(next.item().id(), next.refusal(), ""));
        }
    }

    private void answer(ItemResult result) {
        unansweredBytes -= unanswered.remove().bytes();
        deliveries.executeLater(() -> receiver.result(result));
    }

    private void disconnected(@Nullable Throwable failure) {
        connection = null;
        if (failure == null) {
            end(
                    complete && unanswered.isEmpty()
                            ? null
                            : Errors.unexpected(
                                    "end of results: %d items unanswered (expected: 0, and no end before the last)"
                                            .formatted(unanswered.size())));
            return;
        }
        SensoriumException error = Errors.of(failure);
        int attempts = answeredAny ? settings.attempts() : FIRST_ATTEMPTS;
        if (!goneAway(error) || channel.isShutdown() || failedAttempts >= attempts) {
            end(error);
            return;
        }
        Duration pause = error.retryDelay().orElse(backoff(failedAttempts));
        failedAttempts++;
        waiting = true;
        channel.resetConnectBackoff(); // the pauses are ours
        CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS).execute(() -> locked(this::connect));
    }

    private void end(@Nullable SensoriumException failure) {
        ended = true;
        unanswered.clear();
        deliveries.executeLater(() -> receiver.end(failure));
    }

    private static @Nullable SensoriumException refusal(Item item) {
        try {
            Checks.item(item);
            return null;
        } catch (SensoriumException e) {
            return e;
        }
    }

    /** A server that stops at once cancels its streams; we did not, or nobody would ask. */
    private static boolean goneAway(SensoriumException error) {
        return error.code() == Code.UNAVAILABLE || error.code() == Code.CANCELLED;
    }

    private Duration backoff(int attempt) {
        Duration pause = settings.firstBackoff().multipliedBy(1L << attempt);
        return pause.compareTo(MAX_BACKOFF) < 0 ? pause : MAX_BACKOFF;
    }

    /** One stream to one server. */
    private final class Connection implements ClientResponseObserver<EmbedStreamRequest, EmbedStreamResponse> {

        private @Nullable ClientCallStreamObserver<EmbedStreamRequest> requests;
        private boolean begun;

        @Override
        public void beforeStart(ClientCallStreamObserver<EmbedStreamRequest> stream) {
            requests = stream;
        }

        void send(Pending pending) {
            if (pending.refusal() != null) {
                return;
            }
            EmbedStreamRequest.Builder message = EmbedStreamRequest.newBuilder().addItems(Wire.item(pending.item()));
            if (!begun) {
                message.setModel(options.model()).setOptions(Wire.options(options));
                begun = true;
            }
            stream().onNext(message.build());
        }

        void halfClose() {
            stream().onCompleted();
        }

        void cancel() {
            stream().cancel("no longer wanted", null);
        }

        @Override
        public void onNext(EmbedStreamResponse response) {
            locked(() -> answered(response, this));
        }

        @Override
        public void onError(Throwable failure) {
            locked(() -> disconnected(failure));
        }

        @Override
        public void onCompleted() {
            locked(() -> disconnected(null));
        }

        private ClientCallStreamObserver<EmbedStreamRequest> stream() {
            if (requests == null) {
                throw new IllegalStateException("stream: not started");
            }
            return requests;
        }
    }
}
