package dev.sensorium.server.rpc;

import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.schedule.Generation;
import java.util.concurrent.CompletableFuture;

/**
 * A generation that was asked of a model: first in the model's queue, then under way. Closing it ends it wherever it is,
 * and gives the model back.
 */
final class Work<T> implements AutoCloseable {

    private final Lease lease;
    private final CompletableFuture<Generation<T>> turn;

    Work(Lease lease, CompletableFuture<Generation<T>> turn) {
        this.lease = lease;
        this.turn = turn;
    }

    /** Returns the generation, once it is its turn. */
    CompletableFuture<Generation<T>> turn() {
        return turn;
    }

    /** Returns the model that works, "name/version". */
    String model() {
        return lease.served().id().toString();
    }

    @Override
    public void close() {
        try {
            end(turn);
        } finally {
            lease.close();
        }
    }

    /** Gives a turn up, or ends the generation that it has become. */
    static <T> void end(CompletableFuture<Generation<T>> turn) {
        turn.cancel(false);
        turn.whenComplete((generation, failure) -> {
            if (generation != null) {
                generation.close();
            }
        });
    }
}
