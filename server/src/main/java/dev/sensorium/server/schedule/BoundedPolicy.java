package dev.sensorium.server.schedule;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Task;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A model's policy with a bounded number of open episodes; callers beyond are turned away, as an episode may last for any
 * time. Tasks and observations are read by the model on the pool of preparing threads, never on the caller's.
 */
public final class BoundedPolicy implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Policy policy;
    private final PluginCode plugin;
    private final int maxEpisodes;
    private final Executor preparers;
    private final PolicyMeters meters;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int open;
    private boolean closing;

    BoundedPolicy(Policy policy, PluginCode plugin, int maxEpisodes, Resources resources) {
        this.policy = policy;
        this.plugin = plugin;
        this.maxEpisodes = maxEpisodes;
        this.preparers = resources.preparers();
        this.meters = resources.meters();
        meters.episodes(this, BoundedPolicy::open);
    }

    /**
     * What a policy runs with.
     *
     * @param preparers takes a task for each open episode; never refuses one
     */
    record Resources(Executor preparers, PolicyMeters meters) {}

    /**
     * Opens an episode; cancelling the result gives it up. Who gets the episode closes it.
     *
     * @return fails as {@link Policy#open} does
     * @throws ServiceException RESOURCE_EXHAUSTED if too many are open, UNAVAILABLE if closed
     */
    public CompletableFuture<BoundedEpisode> open(Task task) {
        admit();
        CompletableFuture<BoundedEpisode> result = new CompletableFuture<>();
        preparers.execute(() -> open(task, result));
        return result;
    }

    private void admit() {
        lock.lock();
        try {
            if (closing) {
                throw new ServiceException(Status.Code.UNAVAILABLE, "MODEL_CLOSED", "the model is being unloaded")
                        .retryAfter(RETRY);
            }
            if (open >= maxEpisodes) {
                meters.refused();
                throw new ServiceException(
                                Status.Code.RESOURCE_EXHAUSTED,
                                "TOO_MANY_EPISODES",
                                "episodes: %d are open (expected: < %d)".formatted(open, maxEpisodes))
                        .retryAfter(RETRY);
            }
            open++;
        } finally {
            lock.unlock();
        }
    }

    private void open(Task task, CompletableFuture<BoundedEpisode> result) {
        if (result.isDone()) {
            release();
            return;
        }
        BoundedEpisode episode;
        try {
            Policy.Episode opened = plugin.call(() -> policy.open(task));
            meters.opened();
            episode = new BoundedEpisode(opened, plugin, preparers, meters, this::release);
        } catch (Throwable e) { // a plugin may throw anything
            if (e instanceof ModelException refusal && refusal.reason() == Reason.CAPACITY) {
                meters.refused();
            }
            release();
            result.completeExceptionally(e);
            return;
        }
        if (!result.complete(episode)) {
            episode.close();
        }
    }

    private void release() {
        lock.lock();
        try {
            open--;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many episodes are open. */
    int open() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Opens no more, and returns when those that are open have been closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            while (open > 0) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        meters.close();
    }
}
