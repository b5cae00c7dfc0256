package dev.sensorium.plugin.gato;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Episode;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value.Numbers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Prints how many actions a second the demo checkpoint answers in 1, 16 and 64 episodes at once, each of which observes
 * as soon as it has acted, and how long an action takes.
 *
 * <pre>{@code
 * ./mvnw -q -pl plugins/gato -am -DskipTests package
 * (cd plugins/gato && java -cp CLASSPATH dev.sensorium.plugin.gato.EpisodeSpeed)
 * }</pre>
 */
final class EpisodeSpeed {

    private static final Path DEMO = Path.of("models/gato-shapes/1");
    private static final long SECONDS = 5;

    private EpisodeSpeed() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        try (Model model = new GatoProvider().load(ModelSpec.of(new ModelId("gato-shapes", "1"), DEMO))) {
            measure((Policy) model, 64);
            for (int episodes : new int[] {1, 16, 64}) {
                List<Long> nanos = measure((Policy) model, episodes);
                Collections.sort(nanos);
                System.out.printf(
                        "%2d episodes: %6d actions/s, median %6.2f ms, p99 %6.2f ms%n",
                        episodes,
                        nanos.size() / SECONDS,
                        nanos.get(nanos.size() / 2) / 1e6,
                        nanos.get(nanos.size() * 99 / 100) / 1e6);
            }
        }
    }

    /** Returns how long each action took. */
    private static List<Long> measure(Policy policy, int episodes) throws InterruptedException, ExecutionException {
        ExecutorService players = Executors.newFixedThreadPool(episodes);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        List<Future<List<Long>>> played = new ArrayList<>();
        for (int i = 0; i < episodes; i++) {
            Random random = new Random(i);
            played.add(players.submit(() -> play(policy, random, end)));
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> one : played) {
            all.addAll(one.get());
        }
        players.shutdown();
        return all;
    }

    private static List<Long> play(Policy policy, Random random, long end) {
        Task task = Task.of(
                "balance the pole",
                Map.of("state", Space.Box.of(4, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY)),
                Map.of("push", new Space.Discrete(2)));
        List<Long> nanos = new ArrayList<>();
        try (Episode episode = policy.open(task)) {
            while (System.nanoTime() < end) {
                long begin = System.nanoTime();
                episode.act(Observation.of(Map.of(
                                "state", Numbers.of(small(random), small(random), small(random), small(random)))))
                        .toCompletableFuture()
                        .join();
                nanos.add(System.nanoTime() - begin);
            }
        }
        return nanos;
    }

    private static float small(Random random) {
        return (float) random.nextGaussian() / 10;
    }
}
