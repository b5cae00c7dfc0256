package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Steps;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An episode of an {@link EchoPolicy}. */
final class EchoEpisode implements Episode {

    private final EchoHand hand;
    private final Task task;
    private final EchoLoop loop;
    private final Runnable onClose;
    private @Nullable Steps<Action> running;
    private boolean closed;

    EchoEpisode(Task task, EchoLoop loop, Runnable onClose) {
        this.task = task;
        this.loop = loop;
        this.onClose = onClose;
        this.hand = new EchoHand(task);
    }

    @Override
    public synchronized CompletionStage<Action> act(Observation observation) {
        task.check(observation);
        CompletableFuture<Action> action = new CompletableFuture<>();
        if (closed) {
            action.cancel(false);
            return action;
        }
        Steps<Action> step = loop.start(List.of(hand.echo(observation)).iterator());
        running = step;
        step.onReady(() -> finish(step, action));
        return action;
    }

    private static void finish(Steps<Action> step, CompletableFuture<Action> action) {
        try (step) {
            step.next().ifPresentOrElse(action::complete, () -> action.cancel(false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            action.completeExceptionally(new CancellationException("interrupted"));
        }
    }

    @Override
    public void close() {
        Steps<Action> step;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            step = running;
        }
        if (step != null) {
            step.close();
        }
        onClose.run();
    }
}
