package dev.sensorium.server.cache;

import dev.sensorium.server.schedule.Computed;
import dev.sensorium.server.schedule.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A computation that several callers wait for. One may leave without harm to the others; the last one cancels it. */
final class Flight {

    private final CompletableFuture<Embedded> leader;
    private final List<CompletableFuture<Embedded>> waiters = new ArrayList<>();
    private final Consumer<Flight> ended;
    private @Nullable CompletableFuture<Computed<Embedding>> work;
    private boolean over;

    /**
     * A computation that its leader waits for.
     *
     * @param ended is told once, when nobody can join any more
     */
    Flight(Consumer<Flight> ended) {
        this.ended = ended;
        this.leader = waiter();
    }

    /** Returns the result of the caller that started the flight. */
    CompletableFuture<Embedded> leader() {
        return leader;
    }

    /** Returns a result of the caller's own, or null if it is too late to join. */
    @Nullable
    CompletableFuture<Embedded> join() {
        synchronized (waiters) {
            return over ? null : waiter();
        }
    }

    private CompletableFuture<Embedded> waiter() {
        CompletableFuture<Embedded> waiter = new CompletableFuture<>();
        waiters.add(waiter);
        waiter.whenComplete((embedded, failure) -> {
            if (waiter.isCancelled()) {
                leave(waiter);
            }
        });
        return waiter;
    }

    /** Names the work that is to be cancelled when everybody has left. Nobody can have left yet. */
    void cancels(CompletableFuture<Computed<Embedding>> computing) {
        synchronized (waiters) {
            work = computing;
        }
    }

    /** Hands the result to all who wait. */
    void land(Embedded embedded) {
        end().forEach(waiter -> waiter.complete(embedded));
    }

    /** Hands the failure to all who wait. */
    void crash(Throwable failure) {
        end().forEach(waiter -> waiter.completeExceptionally(failure));
    }

    private List<CompletableFuture<Embedded>> end() {
        List<CompletableFuture<Embedded>> all;
        synchronized (waiters) {
            if (over) {
                return List.of();
            }
            over = true;
            all = List.copyOf(waiters);
        }
        ended.accept(this);
        return all;
    }

    private void leave(CompletableFuture<Embedded> waiter) {
        CompletableFuture<Computed<Embedding>> abandoned;
        synchronized (waiters) {
            waiters.remove(waiter);
            if (over || !waiters.isEmpty()) {
                return;
            }
            over = true;
            abandoned = work;
        }
        ended.accept(this);
        if (abandoned != null) {
            abandoned.cancel(false);
        }
    }
}
