package dev.sensorium.server.schedule;

import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** An episode of a {@link BoundedPolicy}; it has its place among the open ones until it is closed. */
public final class BoundedEpisode implements AutoCloseable {

    private final Episode episode;
    private final PluginCode plugin;
    private final Executor preparers;
    private final PolicyMeters meters;
    private final Runnable release;
    private boolean closed;

    /**
     * An episode under way.
     *
     * @param release gives its place to another
     */
    BoundedEpisode(Episode episode, PluginCode plugin, Executor preparers, PolicyMeters meters, Runnable release) {
        this.episode = episode;
        this.plugin = plugin;
        this.preparers = preparers;
        this.meters = meters;
        this.release = release;
    }

    /**
     * An action, and how long it took.
     *
     * @param queueNanos from when the observation was there to when the model had it
     * @param computeNanos from then to the action
     */
    public record Acted(Action action, long queueNanos, long computeNanos) {}

    /**
     * Works out the action that follows an observation; not to be called before the one before has come.
     *
     * @param since when the observation was there, by {@link System#nanoTime}
     * @return completed by any thread; fails as {@link Episode#act} does
     */
    public CompletableFuture<Acted> act(Observation observation, long since) {
        CompletableFuture<Acted> result = new CompletableFuture<>();
        preparers.execute(() -> act(observation, since, result));
        return result;
    }

    private void act(Observation observation, long since, CompletableFuture<Acted> result) {
        long start = System.nanoTime();
        try {
            plugin.call(() -> episode.act(observation)).whenComplete((action, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                    return;
                }
                long end = System.nanoTime();
                meters.acted(start - since, end - start);
                result.complete(new Acted(action, start - since, end - start));
            });
        } catch (Throwable e) { // a plugin may throw anything
            result.completeExceptionally(e);
        }
    }

    /** Is told that an action came too late to be sent. */
    public void late() {
        meters.late();
    }

    @Override
    public void close() {
        if (!isFirstClose()) {
            return;
        }
        try {
            plugin.run(episode::close);
        } finally {
            release.run();
        }
    }

    private synchronized boolean isFirstClose() {
        boolean first = !closed;
        closed = true;
        return first;
    }
}
