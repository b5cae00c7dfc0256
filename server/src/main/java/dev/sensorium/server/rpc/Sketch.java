package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.spi.Image;
import dev.sensorium.spi.ImageGenerator.Finished;
import dev.sensorium.spi.ImageGenerator.Preview;
import dev.sensorium.spi.ImageGenerator.Progress;
import dev.sensorium.spi.ImageGenerator.Started;
import dev.sensorium.spi.ImageGenerator.Step;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A picture while it is drawn. Its steps are pulled as they are made, whether anybody reads or not, and the newest of what
 * they tell is kept until the call asks for it.
 */
final class Sketch implements AutoCloseable {

    private final int index;
    private final CompletableFuture<Generation<Step>> turn;
    private final Executor puller;
    private final Runnable news;

    private @Nullable Beginning beginning;
    private @Nullable GenerateImageResponse progress;
    private @Nullable GenerateImageResponse preview;
    private @Nullable End end;
    private @Nullable Throwable failure;

    /** How a picture was begun, when, and after which wait. */
    record Beginning(Started step, long time, long queueNanos) {}

    /** A finished picture, and when it was. */
    record End(Image picture, long time) {}

    /**
     * A picture that was asked for.
     *
     * @param index its number among those of the call
     * @param puller where its steps are pulled
     * @param news is run, by any thread, when there is more to tell
     */
    Sketch(int index, CompletableFuture<Generation<Step>> turn, Executor puller, Runnable news) {
        this.index = index;
        this.turn = turn;
        this.puller = puller;
        this.news = news;
    }

    /** Begins to pull when it is its turn. */
    void follow() {
        turn.whenComplete((generation, refusal) -> {
            if (refusal == null) {
                await(generation);
            } else {
                fail(refusal);
            }
        });
    }

    private void await(Generation<Step> generation) {
        generation.onReady(() -> puller.execute(() -> pull(generation)));
    }

    private void pull(Generation<Step> generation) {
        try {
            while (generation.isReady()) {
                Optional<Step> step = generation.nextReady();
                take(step.orElseThrow(() -> new IllegalStateException("steps: no Finished")), generation);
                news.run();
                if (end().isPresent()) {
                    return;
                }
            }
            await(generation);
        } catch (RuntimeException | Error e) { // a plugin may throw anything
            fail(e);
        }
    }

    private synchronized void take(Step step, Generation<Step> generation) {
        if (step instanceof Started first) {
            beginning = new Beginning(first, System.nanoTime(), generation.queueNanos());
        } else if (step instanceof Progress more) {
            progress = ImageMessages.progress(index, more.done(), beginning().orElseThrow());
        } else if (step instanceof Preview more) {
            preview = ImageMessages.preview(index, more);
        } else if (step instanceof Finished last) {
            end = new End(last.image(), System.nanoTime());
        }
    }

    private void fail(Throwable thrown) {
        synchronized (this) {
            failure = thrown;
        }
        news.run();
    }

    /** Returns what it failed by. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Returns how it was begun, if it was. */
    synchronized Optional<Beginning> beginning() {
        return Optional.ofNullable(beginning);
    }

    /** Returns the picture, if it is finished. */
    synchronized Optional<End> end() {
        return Optional.ofNullable(end);
    }

    /** Takes what is to be told of it next, if anything is. */
    synchronized Optional<GenerateImageResponse> takeNews() {
        GenerateImageResponse told = preview == null ? progress : preview;
        if (preview == null) {
            progress = null;
        }
        preview = null;
        return Optional.ofNullable(told);
    }

    /** Has nothing more to tell, as the picture itself is told. */
    synchronized void hush() {
        progress = null;
        preview = null;
    }

    @Override
    public void close() {
        Work.end(turn);
    }
}
