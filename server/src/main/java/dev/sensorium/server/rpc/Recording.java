package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateResponse;
import dev.sensorium.proto.v1.GenerationStarted;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.Step;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A generation on record: its responses, numbered as they are made. One call reads them at a time, and makes the next one
 * when it can send it. If the generation may be resumed, the last responses are kept for a call that comes back; while
 * there is no reader, it goes on until there is no room for more.
 */
final class Recording {

    private final String id;
    private final Work<Step> work;
    private final Generation<Step> steps;
    private final PromptFields fields;
    private final Keep keep;

    private final Map<Long, GenerateResponse> kept = new HashMap<>();
    private long keptBytes;
    private long made;
    private @Nullable ServiceException failure;
    private boolean over;
    private boolean closed;

    /** Read without the lock by the model's threads, which may hold locks of their own. */
    private volatile @Nullable GenerateCall reader;

    private long unreadSince = System.nanoTime();

    /**
     * What is kept for a call that comes back.
     *
     * @param window for how long; zero if the generation cannot be resumed
     * @param responses at most so many
     * @param bytes at most so many, all responses together
     * @param threads where responses are made while no call reads them
     */
    record Keep(Duration window, int responses, long bytes, Executor threads) {}

    Recording(String id, Work<Step> work, Generation<Step> steps, PromptFields fields, Keep keep) {
        this.id = id;
        this.work = work;
        this.steps = steps;
        this.fields = fields;
        this.keep = keep;
    }

    String id() {
        return id;
    }

    Duration window() {
        return keep.window();
    }

    /** Returns whether a call may come back to it, which knows its id only from its first response. */
    synchronized boolean isResumable() {
        return keep.window().toNanos() > 0 && made > 0;
    }

    /** Returns whether everything has been made. */
    synchronized boolean isOver() {
        return over;
    }

    /** Returns whether no call reads it. */
    synchronized boolean isUnread() {
        return reader == null;
    }

    /** Makes the call that started it the one that reads. */
    synchronized void read(GenerateCall call) {
        reader = call;
    }

    /**
     * Makes this call the one that reads, in place of another.
     *
     * @param sequence of the first response that it wants
     * @return false if it is closed
     * @throws ServiceException OUT_OF_RANGE if there is none before it, or it is not kept any more
     */
    boolean resume(GenerateCall call, long sequence) {
        GenerateCall before;
        synchronized (this) {
            if (closed) {
                return false;
            }
            requireKept(sequence);
            before = reader;
            reader = call;
        }
        if (before != null) {
            before.replaced();
        }
        return true;
    }

    private void requireKept(long sequence) {
        long first = made - kept.size();
        if (sequence < Math.max(1, first) || sequence > made) {
            throw new ServiceException(
                    Status.Code.OUT_OF_RANGE,
                    "SEQUENCE_OUT_OF_RANGE",
                    "resume.after_sequence: %d (expected: %d to %d)"
                            .formatted(sequence - 1, Math.max(0, first - 1), made - 1));
        }
    }

    /**
     * Returns a response if it is there: it was made before, or its step is ready.
     *
     * @param call the one that asks; if it is not the reader any more, there is nothing for it
     * @throws ServiceException if the generation failed at this place
     */
    synchronized Optional<GenerateResponse> response(GenerateCall call, long sequence) {
        if (reader != call) {
            return Optional.empty();
        }
        if (sequence < made) {
            return Optional.ofNullable(kept.get(sequence));
        }
        if (failure == null && !over && steps.isReady()) {
            Optional<GenerateResponse> next = make();
            if (failure == null) {
                return next;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    /** Returns whether the call has read all that there will be. */
    synchronized boolean endsBefore(GenerateCall call, long sequence) {
        return reader == call && over && sequence >= made;
    }

    /** Has the reader woken when there is a step for it, whoever reads by then; if nobody does, the generation goes on. */
    void awaitStep() {
        steps.onReady(() -> {
            GenerateCall waiting = reader;
            if (waiting == null) {
                keep.threads().execute(this::goOn);
            } else {
                waiting.wake();
            }
        });
    }

    /** Makes the next response of a step that is ready; if that fails, the failure is what there is. */
    private Optional<GenerateResponse> make() {
        try {
            Step step = steps.nextReady().orElseThrow(() -> new IllegalStateException("steps: no End"));
            GenerateResponse response = GenerationMessages.response(step, steps, started())
                    .setSequence(made)
                    .build();
            keep(response);
            made++;
            if (step instanceof End) {
                finish();
            }
            return Optional.of(response);
        } catch (RuntimeException | Error e) {
            failure = fields.refusal(e);
            finish();
            return Optional.empty();
        }
    }

    private GenerationStarted.Builder started() {
        return GenerationStarted.newBuilder().setGenerationId(id).setModel(work.model());
    }

    /** Keeps a response, in the room of those that were sent longest ago. */
    private void keep(GenerateResponse response) {
        if (keep.window().isZero()) {
            return;
        }
        kept.put(made, response);
        keptBytes += response.getSerializedSize();
        while (reader != null && kept.size() > 1 && !hasRoom()) {
            GenerateResponse oldest = kept.remove(made + 1 - kept.size());
            keptBytes -= oldest == null ? 0 : oldest.getSerializedSize();
        }
    }

    private boolean hasRoom() {
        return kept.size() < keep.responses() && keptBytes < keep.bytes();
    }

    /** Lets the call go, and returns whether it was the reader. */
    synchronized boolean leave(GenerateCall call) {
        if (reader != call) {
            return false;
        }
        reader = null;
        unreadSince = System.nanoTime();
        return true;
    }

    /** Makes responses without a reader, until there is one or no room. */
    void goOn() {
        synchronized (this) {
            while (goesOn() && steps.isReady()) {
                make();
            }
            if (!goesOn()) {
                return;
            }
        }
        awaitStep();
    }

    private boolean goesOn() {
        return reader == null && !over && hasRoom();
    }

    /** Closes it if nobody has read it for its window; returns whether it is closed. */
    synchronized boolean expire() {
        if (reader == null && System.nanoTime() - unreadSince >= keep.window().toNanos()) {
            close();
            return true;
        }
        return false;
    }

    /** Ends the generation, if it has not ended; it cannot be resumed any more. */
    synchronized void close() {
        closed = true;
        kept.clear();
        finish();
    }

    private void finish() {
        over = true;
        work.close();
    }
}
