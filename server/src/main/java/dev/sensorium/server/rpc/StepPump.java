package dev.sensorium.server.rpc;

import dev.sensorium.server.schedule.Generation;
import java.util.Optional;

/** Pulls a generation in the steps of its call, whenever a step is there; no thread waits. */
final class StepPump<T> {

    private final Call<?> call;
    private final PromptFields fields;
    private final Sink<T> sink;

    /** Where steps go. */
    interface Sink<T> {

        /** Takes the next step. */
        void take(T step, Generation<T> generation);

        /** Is told that there are no more, unless the call is over by then. */
        void ended(Generation<T> generation);
    }

    private StepPump(Call<?> call, PromptFields fields, Sink<T> sink) {
        this.call = call;
        this.fields = fields;
        this.sink = sink;
    }

    /** Pulls from when it is the work's turn. */
    static <T> void start(Call<?> call, Work<T> work, PromptFields fields, Sink<T> sink) {
        StepPump<T> pump = new StepPump<>(call, fields, sink);
        work.turn()
                .whenComplete((generation, failure) -> call.step(() -> {
                    if (failure != null) {
                        throw fields.refusal(failure);
                    }
                    pump.run(generation);
                }));
    }

    private void run(Generation<T> source) {
        while (!call.isOver()) {
            if (!source.isReady()) {
                source.onReady(() -> call.step(() -> run(source)));
                return;
            }
            Optional<T> step = next(source);
            if (step.isEmpty()) {
                sink.ended(source);
                return;
            }
            sink.take(step.get(), source);
        }
    }

    private Optional<T> next(Generation<T> source) {
        try {
            return source.nextReady();
        } catch (RuntimeException | Error e) {
            throw fields.refusal(e);
        }
    }
}
