package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateRequest;
import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.ResumePoint;
import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Prompt.Task;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A call of Generate: the reader of a generation, of one that it starts or of one that it resumes. It takes a step of the
 * generation when it can send it, so a client that does not read makes its own generation pause.
 */
final class GenerateCall implements AutoCloseable {

    private final GenerationTools tools;
    private final Call<GenerateResponse> call;
    private @Nullable Work<Step> work;
    private @Nullable Recording recording;
    private @Nullable Future<?> idle;
    private long next;
    private boolean delivered;

    private GenerateCall(GenerationTools tools, Call<GenerateResponse> call) {
        this.tools = tools;
        this.call = call;
    }

    static void start(
            GenerationTools tools,
            Call<GenerateResponse> call,
            ServerCallStreamObserver<GenerateResponse> flow,
            GenerateRequest request) {
        GenerateCall reader = new GenerateCall(tools, call);
        flow.setOnReadyHandler(reader::wake);
        call.step(() -> {
            call.keep(reader);
            if (request.hasResume()) {
                reader.resume(request);
            } else {
                reader.begin(request);
            }
        });
    }

    private void begin(GenerateRequest request) {
        Violations violations = new Violations();
        PromptReader reader = tools.prompt(violations);
        Task task = reader.task(request.getTask(), request.getTaskValue());
        reader.turns(request.getTurnsList());
        reader.prefix(request.getPrefix());
        tools.check(request.getDecoding(), violations);
        Duration window = ResumeRequests.window(request, tools.recordings().maxWindow(), violations);
        ReadPrompt prompt = reader.prompt(task, "turns");
        PromptFields fields = prompt.fields();
        Work<Step> asked = tools.generate(
                request.getModel(), prompt, request.getDecoding(), Wire.prepareOptions(request.getOptions()));
        work = asked;
        asked.turn()
                .whenComplete((generation, failure) -> call.step(() -> {
                    if (failure != null) {
                        throw fields.refusal(failure);
                    }
                    recording = tools.recordings().record(this, asked, generation, fields, window);
                    pump();
                }));
    }

    private void resume(GenerateRequest request) {
        ResumePoint point = ResumeRequests.point(request);
        next = point.getAfterSequence() + 1;
        recording = tools.recordings().resume(this, point.getGenerationId(), next);
        pump();
    }

    /** Is told, by any thread, that there may be something to do. */
    void wake() {
        call.step(this::pump);
    }

    /** Sends what can be sent, and sees to it that it is called again when there is more. */
    private void pump() {
        Recording source = recording;
        if (source == null || call.isOver()) {
            return;
        }
        while (call.isReady()) {
            stopIdling();
            Optional<GenerateResponse> response = response(source);
            if (response.isEmpty()) {
                awaitMore(source);
                return;
            }
            call.send(response.get());
            next++;
            if (response.get().hasFinished()) {
                finish();
                return;
            }
        }
        if (idle == null) {
            idle = tools.recordings().whenIdle(() -> call.step(this::cutOff));
        }
    }

    private Optional<GenerateResponse> response(Recording source) {
        try {
            return source.response(this, next);
        } catch (ServiceException e) {
            delivered = true;
            throw e;
        }
    }

    private void awaitMore(Recording source) {
        if (source.endsBefore(this, next)) {
            finish();
        } else {
            source.awaitStep();
        }
    }

    private void finish() {
        delivered = true;
        call.complete();
    }

    private void cutOff() {
        if (idle != null && !call.isReady()) {
            throw new ServiceException(Status.Code.ABORTED, "READER_IDLE", "the client has read nothing for too long");
        }
    }

    private void stopIdling() {
        if (idle != null) {
            idle.cancel(false);
            idle = null;
        }
    }

    /** Is told, by any thread, that another call reads the generation now. */
    void replaced() {
        call.step(() -> {
            throw new ServiceException(
                    Status.Code.ABORTED, "GENERATION_RESUMED", "another call has resumed the generation");
        });
    }

    /** The call is over. */
    @Override
    public void close() {
        stopIdling();
        if (recording != null) {
            tools.recordings().left(recording, this, leaving());
        } else if (work != null) {
            work.close();
        }
    }

    private Recordings.Leaving leaving() {
        if (delivered) {
            return Recordings.Leaving.DELIVERED;
        }
        return call.isLost() ? Recordings.Leaving.LOST : Recordings.Leaving.ENDED;
    }
}
