package dev.sensorium.server.schedule;

import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import java.util.Optional;

/**
 * What a model does for a call of a {@link GenerationQueue}, step by step: a text, or a picture; it has its place among the model's
 * generations until it ends or is closed. Its clock runs from when the call asked for it.
 */
public final class Generation<T> implements Steps<T> {

    private final Steps<T> steps;
    private final PluginCode plugin;
    private final GenerationMeters meters;
    private final Runnable release;
    private final long asked;
    private final long opened = System.nanoTime();

    private volatile long ready;
    private long firstToken;
    private long lastToken;
    private int tokens;
    private boolean over;

    /**
     * A generation under way.
     *
     * @param asked when the call asked for it
     * @param release gives its place to another
     */
    Generation(Steps<T> steps, PluginCode plugin, GenerationMeters meters, long asked, Runnable release) {
        this.steps = steps;
        this.plugin = plugin;
        this.meters = meters;
        this.asked = asked;
        this.release = release;
    }

    /** Returns how long the call waited before the model had taken it in. */
    public long takenNanos() {
        return opened - asked;
    }

    /** Returns how long the call waited for its first step, or has waited. */
    public long queueNanos() {
        return (ready == 0 ? System.nanoTime() : ready) - asked;
    }

    /** Returns how long it has gone on since its first step. */
    public long sinceReadyNanos() {
        return ready == 0 ? 0 : System.nanoTime() - ready;
    }

    @Override
    public Optional<T> next() throws InterruptedException {
        Optional<T> step;
        try {
            step = plugin.call(steps::next);
        } catch (RuntimeException | Error e) {
            end(meters::failed);
            throw e;
        }
        noteReady();
        step.ifPresent(this::count);
        if (step.isPresent() && step.get() instanceof End last) {
            meters.reused(last.usage().reusedTokens());
        }
        if (step.isEmpty() || step.get() instanceof End || step.get() instanceof Finished) {
            end(meters::finished);
        }
        return step;
    }

    /** Returns the next step, which must be ready, or empty at the end. */
    public Optional<T> nextReady() {
        try {
            return next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(Reason.INTERNAL, "interrupted at a step that was ready", e);
        }
    }

    @Override
    public boolean isReady() {
        return plugin.call(steps::isReady);
    }

    @Override
    public void onReady(Runnable listener) {
        plugin.run(() -> steps.onReady(() -> {
            noteReady();
            listener.run();
        }));
    }

    @Override
    public void close() {
        end(meters::cancelled);
    }

    private synchronized void noteReady() {
        if (ready == 0 && !over) {
            ready = System.nanoTime();
            meters.waited(ready - asked);
        }
    }

    private synchronized void count(T step) {
        int more = newTokens(step);
        if (more > 0) {
            lastToken = System.nanoTime();
            if (tokens == 0) {
                firstToken = lastToken;
                meters.firstToken(firstToken - asked);
            }
            tokens += more;
            meters.tokens(more);
        }
    }

    private int newTokens(T step) {
        if (step instanceof Delta delta) {
            return delta.tokens().size();
        }
        return step instanceof Progress progress ? progress.done() - tokens : 0;
    }

    /** Ends it, once; the plugin is called without the lock, as it may hold locks of its own when it calls here. */
    private void end(Runnable meter) {
        if (!isFirstEnd()) {
            return;
        }
        meter.run();
        try {
            plugin.run(steps::close);
        } finally {
            release.run();
        }
    }

    private synchronized boolean isFirstEnd() {
        if (over) {
            return false;
        }
        over = true;
        if (tokens > 1) {
            meters.token((lastToken - firstToken) / (tokens - 1));
        }
        return true;
    }
}
