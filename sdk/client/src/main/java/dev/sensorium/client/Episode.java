package dev.sensorium.client;

import dev.sensorium.client.SensoriumException.Code;
import dev.sensorium.client.SensoriumException.Details;
import dev.sensorium.proto.v1.ActRequest;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.PolicyServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An episode that a model plays: observations go in, actions come out.
 *
 * {@snippet lang=java :
 * try (var episode = sensorium.act(task)) {
 *     while (!environment.isOver()) {
 *         environment.step(episode.act(environment.observe()).action());
 *     }
 * }
 * }
 *
 * <p>The model remembers the episode until it is finished or closed; the server cuts off a client that does nothing for
 * too long. An episode ends with the first failure, and cannot go on at another server. For one thread; only
 * {@link #close} may come from another. Methods that wait throw {@link SensoriumException} if the episode fails.
 */
public final class Episode implements AutoCloseable {

    private final ClientCall<ActRequest, ActResponse> call;
    private final CompletableFuture<Started> started = new CompletableFuture<>();
    private final Deque<CompletableFuture<ActResult>> waiting = new ArrayDeque<>();
    private final CompletableFuture<EpisodeSummary> finished = new CompletableFuture<>();
    private @Nullable SensoriumException failure;
    private boolean halfClosed;

    /**
     * The beginning of an episode.
     *
     * @param episodeId what it is called, unique in the server
     * @param model the model that acts, "name/version"
     */
    public record Started(String episodeId, String model) {}

    Episode(Channel channel, PolicyTask task, ActOptions options) {
        call = channel.newCall(PolicyServiceGrpc.getActMethod(), CallOptions.DEFAULT);
        call.start(new Responses(), new Metadata());
        call.sendMessage(PolicyWire.task(task, options));
        call.request(1);
    }

    /** Returns the beginning, waiting for it if need be. */
    public Started started() {
        return await(started);
    }

    /** Sends an observation, and waits for the action that follows. */
    public ActResult act(Observation observation) {
        return await(actLater(observation));
    }

    /**
     * Sends an observation, and returns the answer to come, which fails with a {@link SensoriumException} if the episode
     * does. Answers come in the order of their observations; cancelling one has no effect on the episode.
     */
    public CompletableFuture<ActResult> actLater(Observation observation) {
        CompletableFuture<ActResult> answer = new CompletableFuture<>();
        synchronized (this) {
            if (failure != null || halfClosed) {
                answer.completeExceptionally(failure == null ? over() : failure);
                return answer;
            }
            waiting.add(answer);
            call.sendMessage(PolicyWire.observation(observation));
            call.request(1);
        }
        return answer;
    }

    /** Ends the episode after the last action, and returns what it took. */
    public EpisodeSummary finish() {
        return await(finishLater());
    }

    /** Ends the episode after the last action, and returns what it took when it is known. */
    public synchronized CompletableFuture<EpisodeSummary> finishLater() {
        if (!halfClosed && failure == null) {
            halfClosed = true;
            call.halfClose();
            call.request(1);
        }
        return finished;
    }

    /** Ends the episode, if it has not ended. */
    @Override
    public void close() {
        fail(cancelled("the episode was closed", null));
        synchronized (this) {
            call.cancel("no longer wanted", null);
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled("the thread was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SensoriumException known) {
                throw known;
            }
            throw new CompletionException(e.getCause());
        }
    }

    private static SensoriumException cancelled(String message, @Nullable Throwable cause) {
        return Errors.create(Code.CANCELLED, message, Details.NONE, cause);
    }

    private static SensoriumException over() {
        return Errors.create(Code.FAILED_PRECONDITION, "the episode is finished", Details.NONE, null);
    }

    private void accept(ActResponse response) {
        switch (response.getEventCase()) {
            case STARTED -> started.complete(PolicyWire.started(response.getStarted()));
            case ACTION, LATE -> answer(PolicyWire.result(response));
            case FINISHED -> finished.complete(PolicyWire.summary(response.getFinished()));
            case EVENT_NOT_SET ->
                throw Errors.unexpected("response %d: no event (expected: started, action, late or finished)"
                        .formatted(response.getSequence()));
        }
    }

    private void answer(ActResult result) {
        CompletableFuture<ActResult> next;
        synchronized (this) {
            next = waiting.poll();
        }
        if (next == null) {
            throw Errors.unexpected("response %d: nothing was asked (expected: none)".formatted(result.step()));
        }
        next.complete(result);
    }

    private void fail(SensoriumException cause) {
        Deque<CompletableFuture<ActResult>> unanswered;
        synchronized (this) {
            failure = failure == null ? cause : failure;
            unanswered = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        started.completeExceptionally(cause);
        unanswered.forEach(answer -> answer.completeExceptionally(cause));
        finished.completeExceptionally(cause);
    }

    private final class Responses extends ClientCall.Listener<ActResponse> {

        @Override
        public void onMessage(ActResponse response) {
            try {
                accept(response);
            } catch (SensoriumException e) {
                fail(e);
                call.cancel("not as the contract has it", e);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            fail(status.isOk() ? over() : Errors.of(status.asRuntimeException(trailers)));
        }
    }
}
