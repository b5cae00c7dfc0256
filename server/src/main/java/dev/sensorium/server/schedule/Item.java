package dev.sensorium.server.schedule;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An item on its way through a {@link Batcher}; cancelling its result takes it out. */
final class Item<P, O> {

    final Caller caller;
    final Supplier<P> source;
    final CompletableFuture<Computed<O>> result = new CompletableFuture<>();

    /** Where it waits for a batch; guarded by the batcher's lock. */
    Lanes.@Nullable Ready<P, O> ready;

    private final long arrived;
    private volatile long preparing;

    Item(Caller caller, Supplier<P> source, long now) {
        this.caller = caller;
        this.source = source;
        this.arrived = now;
    }

    /** Notes the time that preparing took, which is not waiting. */
    void prepared(long nanos) {
        preparing = nanos;
    }

    /** Returns how long the item has waited up to now. */
    long waited(long now) {
        return now - arrived - preparing;
    }
}
