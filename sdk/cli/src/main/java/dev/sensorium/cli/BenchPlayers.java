package dev.sensorium.cli;

import dev.sensorium.cli.BenchCalls.Answered;
import dev.sensorium.cli.BenchRecorder.Success;
import dev.sensorium.cli.BenchRecorder.Tokens;
import dev.sensorium.cli.BenchRecorder.Work;
import dev.sensorium.client.ActOptions;
import dev.sensorium.client.ActResult;
import dev.sensorium.client.Episode;
import dev.sensorium.client.Observation;
import dev.sensorium.client.Sensorium;
import dev.sensorium.client.environment.Environment;
import dev.sensorium.client.environment.Environments;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Players of one environment, as many as there are calls at the same time: each call is one action of a player that is
 * free, in its own stream.
 */
final class BenchPlayers {

    private final Sensorium sensorium;
    private final String environment;
    private final ActOptions options;
    private final AtomicLong seeds = new AtomicLong();
    private final Queue<Player> free = new ConcurrentLinkedQueue<>();

    BenchPlayers(Sensorium sensorium, String environment, ActOptions options) {
        this.sensorium = sensorium;
        this.environment = environment;
        this.options = options;
    }

    /** Has a player act. */
    CompletableFuture<Answered> act() {
        Player waiting = free.poll();
        Player player = waiting == null ? new Player() : waiting;
        return player.act().whenComplete((answer, failure) -> {
            if (failure == null) {
                free.add(player);
            }
        });
    }

    private final class Player {

        private final Environment world = Environments.named(environment).orElseThrow();
        private @Nullable Episode episode;
        private Observation seen = Observation.of(Map.of());

        CompletableFuture<Answered> act() {
            Episode current = episode;
            if (current == null) {
                seen = world.reset(seeds.getAndIncrement());
                current = sensorium.act(world.task(), options);
                episode = current;
            }
            Episode acting = current;
            return acting.actLater(seen).thenCompose(result -> step(acting, result));
        }

        /** Goes on; the end of an episode is waited for, so that the next one finds its place free. */
        private CompletableFuture<Answered> step(Episode acting, ActResult result) {
            Environment.Step step = world.step(result.action());
            seen = step.observation();
            Work work = new Work(0, 0, result.queueTime(), result.computeTime());
            Answered answered = new Answered(acting.started().model(), new Success(1, work, Tokens.NONE));
            if (!step.over()) {
                return CompletableFuture.completedFuture(answered);
            }
            episode = null;
            return acting.finishLater().thenApply(summary -> answered);
        }
    }
}
