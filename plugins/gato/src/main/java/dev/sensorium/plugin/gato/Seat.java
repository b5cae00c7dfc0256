package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.Dialogue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A dialogue that is counted among the open ones until it is closed. */
final class Seat implements Dialogue {

    private final Dialogue dialogue;
    private final AtomicInteger open;
    private final AtomicBoolean closed = new AtomicBoolean();

    Seat(Dialogue dialogue, AtomicInteger open) {
        this.dialogue = dialogue;
        this.open = open;
    }

    @Override
    public CompletionStage<int[]> next(Turn turn) {
        return dialogue.next(turn);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            dialogue.close();
            open.decrementAndGet();
        }
    }
}
