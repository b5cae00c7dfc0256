package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Decoding.Sample;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Prints how long one step of each kind of search takes for 50,000 tokens, copying the logits included.
 *
 * <pre>{@code
 * ./mvnw -q -pl sdk/kit -am -DskipTests package
 * java -cp sdk/kit/target/classes:sdk/kit/target/test-classes:sdk/spi/target/classes dev.sensorium.kit.decode.ChoosingSpeed
 * }</pre>
 */
final class ChoosingSpeed {

    private static final int SIZE = 50_000;
    private static final int STEPS = 300;

    private ChoosingSpeed() {}

    public static void main(String[] arguments) {
        Decoding greedy = Decoding.greedy(1_000_000);
        Map<String, Decoding> kinds = new LinkedHashMap<>();
        kinds.put("greedy", greedy);
        kinds.put("greedy, 5 log-probabilities", greedy.withLogProbabilities(5));
        kinds.put("greedy, repetition penalty", greedy.with(new Decoding.Rules(1.2, 3, List.of(), List.of())));
        kinds.put("sampled", greedy.with(Sample.of(0.8, 1)));
        kinds.put("sampled, top-k 50", greedy.with(new Sample(0.8, 50, 1, 0, OptionalLong.of(1))));
        kinds.put("sampled, top-p 0.9", greedy.with(new Sample(0.8, 0, 0.9, 0, OptionalLong.of(1))));
        kinds.put("sampled, top-p 0.9 of a flat row", greedy.with(new Sample(50, 0, 0.9, 0, OptionalLong.of(1))));
        kinds.put("3 beams", greedy.with(new Decoding.Beams(3, 1, false)));
        float[][] logits = logits();
        kinds.forEach((name, decoding) -> System.out.printf("%-34s %7.1f us%n", name, microseconds(decoding, logits)));
    }

    /** The thread's own time: other work on the machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static float[][] logits() {
        Random random = new Random(1);
        float[][] logits = new float[16][SIZE];
        for (float[] row : logits) {
            for (int i = 0; i < SIZE - 1; i++) {
                row[i] = (float) random.nextGaussian() * 3;
            }
            // The end does not come.
            row[SIZE - 1] = -100;
        }
        return logits;
    }

    private static double microseconds(Decoding decoding, float[][] logits) {
        Vocabulary vocabulary = Vocabulary.of(SIZE, new Letters(SIZE), List.of(SIZE - 1), List.of());
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < 10; round++) {
            Search search = Searches.of(decoding, vocabulary, 1, 2, 3);
            float[][] rows = new float[search.rows()][SIZE];
            long start = cpuNanos();
            for (int step = 0; step < STEPS; step++) {
                for (int row = 0; row < rows.length; row++) {
                    System.arraycopy(logits[(step + row) % logits.length], 0, rows[row], 0, SIZE);
                }
                search.step(rows);
            }
            best = Math.min(best, (cpuNanos() - start) / 1e3 / STEPS);
        }
        return best;
    }
}
