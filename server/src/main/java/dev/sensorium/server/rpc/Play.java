package dev.sensorium.server.rpc;

import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.schedule.BoundedEpisode;
import java.util.concurrent.CompletableFuture;

/**
 * An episode that was asked of a model: being opened first, then under way. Closing it ends it wherever it is, and gives
 * the model back.
 */
final class Play implements AutoCloseable {

    private final String id;
    private final Lease lease;
    private final CompletableFuture<BoundedEpisode> opening;

    Play(String id, Lease lease, CompletableFuture<BoundedEpisode> opening) {
        this.id = id;
        this.lease = lease;
        this.opening = opening;
    }

    /** Returns what the episode is called. */
    String id() {
        return id;
    }

    /** Returns the model that acts, "name/version". */
    String model() {
        return lease.served().id().toString();
    }

    /** Returns the episode, once it is open. */
    CompletableFuture<BoundedEpisode> opening() {
        return opening;
    }

    @Override
    public void close() {
        try {
            opening.cancel(false);
            opening.whenComplete((episode, failure) -> {
                if (episode != null) {
                    episode.close();
                }
            });
        } finally {
            lease.close();
        }
    }
}
