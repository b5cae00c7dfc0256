package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A random token, by the probabilities that transformers' {@code TemperatureLogitsWarper}, {@code TopKLogitsWarper},
 * {@code TopPLogitsWarper} and {@code MinPLogitsWarper} leave in this order, ties included.
 *
 * <p>Chance comes from a {@link SplittableRandom} of the request's own: one double a token. Tokens divide its range in
 * the order of their ids and not of their probabilities, so that two almost equal logits may change places by a
 * rounding error, and the choice stays.
 */
final class Sampler implements Chooser {

    /** Logits are sorted into steps of an eighth below the largest; what is 32 below or less shares the last. */
    private static final int STEPS = 257;

    private static final int STEPS_PER_UNIT = 8;

    private final float temperature;
    private final double topP;
    private final double minP;
    private final Top top;
    private final boolean limited;
    private final SplittableRandom random;

    /** The tokens that are left, in the order of their ids, their logits, and e to these minus the largest. */
    private int[] ids = new int[64];

    private float[] logits = new float[64];
    private double[] weights = new double[64];
    private int count;

    private final double[] mass = new double[STEPS];

    Sampler(Decoding.Sample settings, int vocabulary) {
        this.temperature = (float) settings.temperature();
        this.topP = settings.topP();
        this.minP = settings.minP();
        this.limited = settings.topK() > 0 && settings.topK() < vocabulary;
        this.top = new Top(limited ? settings.topK() : 0);
        this.random = settings.seed().isPresent()
                ? new SplittableRandom(settings.seed().getAsLong())
                : new SplittableRandom();
    }

    @Override
    public int choose(float[] scores) {
        int best = Logits.best(scores);
        if (best < 0) {
            return -1;
        }
        leave(scores, scores[best] / temperature);
        double below = random.nextDouble() * sum();
        for (int i = 0; i < count - 1; i++) {
            below -= weights[i];
            if (below < 0) {
                return ids[i];
            }
        }
        return ids[count - 1];
    }

    /** Returns the probabilities (V) of the tokens among which {@link #choose} chooses. */
    double[] probabilities(float[] scores) {
        leave(scores, Logits.max(scores) / temperature);
        double[] probabilities = new double[scores.length];
        double sum = sum();
        for (int i = 0; i < count; i++) {
            probabilities[ids[i]] = weights[i] / sum;
        }
        return probabilities;
    }

    private void leave(float[] scores, float max) {
        gather(scores, limited ? leastOfTopK(scores) : Float.NEGATIVE_INFINITY);
        for (int i = 0; i < count; i++) {
            weights[i] = Logits.exp(logits[i] - max);
        }
        if (topP < 1) {
            leaveTopP(max);
        }
        if (minP > 0) {
            leaveMinP();
        }
    }

    private float leastOfTopK(float[] scores) {
        top.clear();
        for (int i = 0; i < scores.length; i++) {
            top.offer(scores[i] / temperature, i);
        }
        return top.least();
    }

    private void gather(float[] scores, float least) {
        count = 0;
        for (int i = 0; i < scores.length; i++) {
            float logit = scores[i] / temperature;
            if (logit >= least && logit > Float.NEGATIVE_INFINITY) {
                if (count == ids.length) {
                    grow();
                }
                ids[count] = i;
                logits[count] = logit;
                count++;
            }
        }
    }

    private void grow() {
        ids = Arrays.copyOf(ids, 2 * count);
        logits = Arrays.copyOf(logits, 2 * count);
        weights = Arrays.copyOf(weights, 2 * count);
    }

    /** Leaves the tokens above which there is less than p; of all logits only those at the border are sorted. */
    private void leaveTopP(float max) {
        Arrays.fill(mass, 0);
        for (int i = 0; i < count; i++) {
            mass[step(max, logits[i])] += weights[i];
        }
        double wanted = topP * Arrays.stream(mass).sum();
        double above = 0;
        int border = 0;
        while (border < STEPS - 1 && above + mass[border] < wanted) {
            above += mass[border];
            border++;
        }
        long least = leastAt(border, max, wanted - above);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (key(logits[i], ids[i]) >= least) {
                keep(i, kept);
                kept++;
            }
        }
        count = kept;
    }

    /** Returns the key of the last token of a step that is needed for so much weight. */
    private long leastAt(int border, float max, double wanted) {
        long[] keys = new long[16];
        int size = 0;
        for (int i = 0; i < count; i++) {
            if (step(max, logits[i]) == border) {
                keys = size == keys.length ? Arrays.copyOf(keys, 2 * size) : keys;
                keys[size] = key(logits[i], ids[i]);
                size++;
            }
        }
        Arrays.sort(keys, 0, size);
        double above = 0;
        int least = size;
        while (least > 0 && above < wanted) {
            least--;
            above += Logits.exp(logit(keys[least]) - max);
        }
        return keys[Math.min(least, size - 1)];
    }

    private void leaveMinP() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] >= minP) {
                keep(i, kept);
                kept++;
            }
        }
        count = kept;
    }

    private void keep(int from, int to) {
        ids[to] = ids[from];
        logits[to] = logits[from];
        weights[to] = weights[from];
    }

    private double sum() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        return sum;
    }

    private static int step(float max, float logit) {
        return (int) Math.min(STEPS - 1, (max - logit) * STEPS_PER_UNIT);
    }

    /** Returns a number that orders tokens by logit, and equals by id, as a stable ascending sort does. */
    private static long key(float logit, int id) {
        int bits = Float.floatToRawIntBits(logit + 0f);
        int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ordered << 32) | id;
    }

    private static float logit(long key) {
        int ordered = (int) (key >> 32);
        return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
    }
}
