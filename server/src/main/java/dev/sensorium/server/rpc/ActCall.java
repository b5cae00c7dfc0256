package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ActRequest;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.PolicyTask;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.schedule.BoundedEpisode;
import dev.sensorium.server.schedule.BoundedEpisode.Acted;
import dev.sensorium.spi.Policy.Observation;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A call of Act: one episode. It reads a message when it has answered the one before and the client has room for an
 * answer, so there is at most one observation to be answered. The model may still be at one that was answered as late;
 * then the next one waits for it.
 */
final class ActCall implements StreamObserver<ActRequest>, AutoCloseable {

    private final PolicyTools tools;
    private final Call<ActResponse> call;
    private final ServerCallStreamObserver<ActResponse> flow;
    private final EpisodeClock clock = new EpisodeClock();
    private @Nullable PolicyTask task;
    private @Nullable Play play;
    private @Nullable BoundedEpisode episode;
    private @Nullable Turn turn;
    private @Nullable Future<?> idle;
    private @Nullable Future<?> alarm;
    private long waits;
    private boolean acting;
    private boolean reading;
    private boolean inputEnded;

    /** An observation that is to be answered. */
    private record Turn(long sequence, Observation observation, long since, Optional<Duration> deadline) {

        boolean isLate() {
            return deadline.isPresent()
                    && System.nanoTime() - since >= deadline.get().toNanos();
        }
    }

    private ActCall(PolicyTools tools, Call<ActResponse> call, ServerCallStreamObserver<ActResponse> flow) {
        this.tools = tools;
        this.call = call;
        this.flow = flow;
    }

    static StreamObserver<ActRequest> start(
            PolicyTools tools, Call<ActResponse> call, ServerCallStreamObserver<ActResponse> flow) {
        ActCall act = new ActCall(tools, call, flow);
        flow.disableAutoRequest();
        flow.setOnReadyHandler(() -> call.step(act::read));
        call.step(() -> {
            call.keep(act);
            act.awaitClient();
        });
        return act;
    }

    @Override
    public void onNext(ActRequest request) {
        long since = System.nanoTime();
        call.step(() -> accept(request, since));
    }

    @Override
    public void onCompleted() {
        call.step(() -> {
            inputEnded = true;
            if (task == null) {
                throw invalid("task", "missing (expected: in the first message)");
            }
            endIfDone();
        });
    }

    @Override
    public void onError(Throwable failure) {
        // the client is gone, and the call hears of it as a cancel
    }

    private void accept(ActRequest request, long since) {
        reading = false;
        stopIdling();
        switch (request.getMessageCase()) {
            case TASK -> begin(request.getTask());
            case OBSERVATION -> observe(request, since);
            case MESSAGE_NOT_SET -> throw invalid("message", "none (expected: task or observation)");
        }
    }

    private void begin(PolicyTask wire) {
        if (task != null) {
            throw invalid("task", "a second one (expected: in the first message only)");
        }
        Play asked = call.keep(tools.open(wire.getModel(), tools.reader().task(wire)));
        task = wire;
        play = asked;
        asked.opening()
                .whenComplete((opened, failure) -> call.step(() -> {
                    if (failure != null) {
                        throw PolicyFields.refusal(failure);
                    }
                    episode = opened;
                    clock.start();
                    call.send(PolicyMessages.started(asked));
                    awaitClient();
                }));
    }

    private void observe(ActRequest request, long since) {
        if (task == null) {
            throw invalid("observation", "before the task (expected: the task in the first message)");
        }
        Observation observation = tools.reader().observation(request.getObservation());
        long sequence = clock.observed();
        Turn current = new Turn(sequence, observation, since, PolicyReader.deadline(task, request.getObservation()));
        turn = current;
        current.deadline().ifPresent(deadline -> {
            Duration left = deadline.minusNanos(System.nanoTime() - since);
            alarm = tools.after(left, () -> call.step(() -> late(current)));
        });
        act();
    }

    /** Has the model work on the observation, if there is one and the model has finished the one before. */
    private void act() {
        Turn current = turn;
        if (acting || current == null || episode == null) {
            return;
        }
        acting = true;
        episode.act(current.observation(), current.since())
                .whenComplete((acted, failure) -> call.step(() -> {
                    acting = false;
                    if (failure != null) {
                        throw PolicyFields.refusal(failure);
                    }
                    acted(current, acted);
                }));
    }

    private void acted(Turn of, Acted acted) {
        clock.acted(acted);
        if (turn != of) {
            act(); // it was answered as late, and the model is free now
        } else if (of.isLate()) {
            late(of); // before its alarm rings
        } else {
            answer(PolicyMessages.action(of.sequence(), acted));
        }
    }

    private void late(Turn of) {
        if (turn == of && episode != null) {
            clock.late();
            episode.late();
            answer(PolicyMessages.late(of.sequence(), of.deadline().orElse(Duration.ZERO)));
        }
    }

    private void answer(ActResponse response) {
        turn = null;
        stopAlarm();
        call.send(response);
        awaitClient();
    }

    /** It is the client's turn: to send what is next, or to read what is there. */
    private void awaitClient() {
        endIfDone();
        if (!call.isOver() && !inputEnded) {
            stopIdling();
            long wait = ++waits;
            idle = tools.whenIdle(() -> call.step(() -> cutOff(wait)));
            read();
        }
    }

    private void read() {
        boolean clientsTurn = turn == null && (task == null || episode != null);
        if (clientsTurn && !reading && !inputEnded && flow.isReady()) {
            reading = true;
            flow.request(1);
        }
    }

    private void endIfDone() {
        if (inputEnded && turn == null && play != null && episode != null) {
            play.close(); // first, so that a client who has read the end finds the place free
            call.answer(clock.finished());
        }
    }

    private void cutOff(long wait) {
        if (idle != null && wait == waits) {
            throw new ServiceException(
                    Status.Code.ABORTED, "CLIENT_IDLE", "the client has sent or read nothing for too long");
        }
    }

    private void stopIdling() {
        if (idle != null) {
            idle.cancel(false);
            idle = null;
        }
    }

    private static ServiceException invalid(String field, String description) {
        Violations violations = new Violations();
        violations.add(field, description);
        return violations.failure(Violations.INVALID_REQUEST);
    }

    private void stopAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    /** The call is over. */
    @Override
    public void close() {
        stopIdling();
        stopAlarm();
    }
}
