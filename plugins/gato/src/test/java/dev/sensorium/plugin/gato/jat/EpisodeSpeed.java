package dev.sensorium.plugin.gato.jat;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Demonstrated;
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

/**
 * Prints how many actions a second a checkpoint answers in so many episodes at once, each of which has a full context
 * window, and observes as soon as it has acted.
 *
 * <pre>{@code
 * .venv/bin/python plugins/gato/training/jat_speed.py CLONE FOLDER
 * ./mvnw -q -pl plugins/gato -am -DskipTests package
 * (cd plugins/gato && java -cp CLASSPATH dev.sensorium.plugin.gato.jat.EpisodeSpeed FOLDER float32 1 16)
 * }</pre>
 */
final class EpisodeSpeed {

    private static final int NUMBERS = 27;
    private static final int MOVES = 8;
    private static final int SHOWN = 128;
    private static final int STEPS = 20;

    private EpisodeSpeed() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        Map<String, String> settings = Map.of("dtype", arguments[1]);
        try (Model model = new JatProvider().load(Goldens.spec(Path.of(arguments[0]), settings))) {
            for (int i = 2; i < arguments.length; i++) {
                measure((Policy) model, Integer.parseInt(arguments[i]));
            }
        }
    }

    private static void measure(Policy policy, int count) throws InterruptedException, ExecutionException {
        ExecutorService players = Executors.newFixedThreadPool(count);
        List<Episode> episodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            episodes.add(policy.open(task()));
        }
        play(players, episodes, 2);
        long begin = System.nanoTime();
        List<Long> nanos = play(players, episodes, STEPS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Collections.sort(nanos);
        System.out.printf(
                "%2d episodes: %6.1f actions/s, median %6.1f ms, p99 %6.1f ms%n",
                count,
                nanos.size() / seconds,
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6);
        episodes.forEach(Episode::close);
        players.shutdown();
    }

    /** Returns how long each action took. */
    private static List<Long> play(ExecutorService players, List<Episode> episodes, int steps)
            throws InterruptedException, ExecutionException {
        List<Future<List<Long>>> played = new ArrayList<>();
        for (Episode episode : episodes) {
            played.add(players.submit(() -> play(episode, steps)));
        }
        List<Long> nanos = new ArrayList<>();
        for (Future<List<Long>> one : played) {
            nanos.addAll(one.get());
        }
        return nanos;
    }

    private static List<Long> play(Episode episode, int steps) {
        Random random = new Random(7);
        List<Long> nanos = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            float[] seen = new float[NUMBERS];
            for (int i = 0; i < NUMBERS; i++) {
                seen[i] = (float) random.nextGaussian();
            }
            long begin = System.nanoTime();
            episode.act(Observation.of(Map.of("state", Numbers.of(seen))))
                    .toCompletableFuture()
                    .join();
            nanos.add(System.nanoTime() - begin);
        }
        return nanos;
    }

    private static Task task() {
        Space any = Space.Box.of(NUMBERS, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
        Task task = Task.of("", Map.of("state", any), Map.of("torque", Space.Box.of(MOVES, -1, 1)));
        Observation seen = Observation.of(Map.of("state", Numbers.of(new float[NUMBERS])));
        Action done = new Action(Map.of("torque", Numbers.of(new float[MOVES])));
        return task.demonstrated(Collections.nCopies(SHOWN, new Demonstrated(seen, done)));
    }
}
