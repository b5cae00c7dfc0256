package dev.sensorium.client;

import dev.sensorium.client.GenerationEvent.Finished;
import dev.sensorium.client.GenerationEvent.Started;
import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A generation that may outlive its connections: its events come in order, each once, as many as were asked for. When
 * the server becomes unavailable, the call connects again: before the first event a few times, as unary calls do; later
 * within the generation's resume window, and then it goes on after the last event that came.
 *
 * <p>All methods are safe for many threads; the receiver is told one thing at a time.
 */
final class GenerateCall implements EventCall {

    private static final int FIRST_ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(2);
    private static final String GONE = "GENERATION_NOT_FOUND";

    private final ManagedChannel channel;
    private final Duration window;
    private final Deadline deadline;
    private final Receiver<GenerationEvent> receiver;

    private final SynchronizationContext deliveries =
            new SynchronizationContext((thread, failure) -> cancel()); // a receiver that throws gets no more
    private @Nullable GenerateRequest fresh; // until it is answered
    private long demand;
    private long received;
    private String generationId = "";
    private boolean ended;
    private @Nullable SocketAddress home;
    private @Nullable Connection connection;
    private @Nullable Outage outage;

    /** The time in which nothing comes. */
    private record Outage(long begin, int attempts) {

        Duration pause() {
            Duration pause = FIRST_PAUSE.multipliedBy((long) Math.pow(3, Math.min(attempts, 3)));
            return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
        }

        boolean within(Duration window) {
            return System.nanoTime() - begin + pause().toNanos() <= window.toNanos();
        }

        Outage further() {
            return new Outage(begin, attempts + 1);
        }
    }

    GenerateCall(
            ManagedChannel channel,
            GenerateRequest request,
            Duration window,
            Duration patience,
            Receiver<GenerationEvent> receiver) {
        this.channel = channel;
        this.fresh = request;
        this.window = window;
        this.deadline = Deadline.after(patience.toNanos(), TimeUnit.NANOSECONDS);
        this.receiver = receiver;
    }

    @Override
    public void start() {
        locked(this::connect);
    }

    @Override
    public void request(long count) {
        locked(() -> {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            ask();
        });
    }

    @Override
    public void deliver(Runnable delivery) {
        deliveries.execute(delivery);
    }

    @Override
    public void cancel() {
        locked(() -> {
            ended = true;
            if (connection != null) {
                connection.call.cancel("no longer wanted", null);
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

    private void connect() {
        connection = new Connection();
        connection.start(fresh == null ? GenerationWire.resume(generationId, received - 1) : fresh);
        ask();
    }

    /** Asks the connection for one event at a time, so that no more comes than is wanted if it breaks. */
    private void ask() {
        if (connection != null && demand > 0 && !connection.asked) {
            connection.asked = true;
            connection.call.request(1);
        }
    }

    private void received(GenerateResponse response, Connection from) {
        from.asked = false;
        try {
            if (response.getSequence() != received) {
                throw Errors.unexpected("response: %d (expected: %d)".formatted(response.getSequence(), received));
            }
            accept(GenerationWire.event(response), from);
        } catch (SensoriumException e) {
            end(e);
            from.call.cancel("not as the contract has it", e);
        }
    }

    private void accept(GenerationEvent event, Connection from) {
        received++;
        fresh = null;
        outage = null;
        demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        deliveries.executeLater(() -> receiver.event(event));
        if (event instanceof Started started) {
            generationId = started.generationId();
            home = from.server();
        }
        if (event instanceof Finished) {
            end(null);
        } else {
            ask();
        }
    }

    private void closed(Status status, Metadata trailers, Connection from) {
        connection = null;
        if (status.isOk()) {
            end(Errors.unexpected(
                    "end of the generation: after %d responses (expected: after a finished one)".formatted(received)));
            return;
        }
        SensoriumException error = Errors.of(status.asRuntimeException(trailers));
        Outage current = outage == null ? new Outage(System.nanoTime(), 0) : outage;
        boolean again = fresh == null
                ? passing(error, from) && current.within(window)
                : error.code() == Code.UNAVAILABLE && current.attempts() + 1 < FIRST_ATTEMPTS;
        if (!again || channel.isShutdown()) {
            end(error);
            return;
        }
        outage = current.further();
        channel.resetConnectBackoff(); // the pauses are ours
        CompletableFuture.delayedExecutor(current.pause().toNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> locked(this::connect));
    }

    private void end(@Nullable SensoriumException failure) {
        ended = true;
        deliveries.executeLater(() -> receiver.end(failure));
    }

    /**
     * Tells whether a failure may pass. A server that stops at once cancels its streams; we did not, or nobody would ask.
     * One of several servers does not know the generation of another, which may be back soon.
     */
    private boolean passing(SensoriumException error, Connection from) {
        return switch (error.code()) {
            case UNAVAILABLE, CANCELLED -> true;
            case NOT_FOUND -> error.reason().equals(GONE) && !Objects.equals(home, from.server());
            default -> false;
        };
    }

    /** One call to one server. */
    private final class Connection extends ClientCall.Listener<GenerateResponse> {

        private final ClientCall<GenerateRequest, GenerateResponse> call =
                channel.newCall(GenerationServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT.withDeadline(deadline));
        private boolean asked;

        void start(GenerateRequest request) {
            call.start(this, new Metadata());
            call.sendMessage(request);
            call.halfClose();
        }

        @Nullable
        SocketAddress server() {
            return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        }

        @Override
        public void onMessage(GenerateResponse response) {
            locked(() -> received(response, this));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            locked(() -> closed(status, trailers, this));
        }
    }
}
