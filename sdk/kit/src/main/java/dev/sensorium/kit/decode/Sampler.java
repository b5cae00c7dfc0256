package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A random token, by the probabilities that transformers' {@code TemperatureLogitsWarper}, {@code TopKLogitsWarper},
 * {@code TopPLogitsWarper} and {@code MinPLogitsWarper} leave in this order, ties included.
 *
 * <p>Chance comes from a {@link SplittableRandom} of the request's own: one double a token. Tokens divide its range in
 * the order of their ids and not of their probabilities, so that two almost equal logits may change places by a
 * rounding error, and the choice stays.
 */
final class Sampler implements Chooser {

    /** Logits are sorted into this many steps below the largest, at first of an eighth each. */
    private static final int STEPS = 256;

    private static final double STEP = 1 / 8.0;

    private final float temperature;
    private final double topP;
    private final double minP;
    private final @Nullable Top top;
    private final SplittableRandom random;

    /** All logits over the temperature. */
    private float[] scaled = {};

    /** The tokens that are left, in the order of their ids, their logits, and e to these minus the largest. */
    private int[] ids = new int[64];

    private float[] logits = new float[64];
    private double[] weights = new double[64];
    private int count;

    /** The sum of the weights. */
    private double sum;

    private final double[] mass = new double[STEPS];

    Sampler(Decoding.Sample settings, int vocabulary) {
        this.temperature = (float) settings.temperature();
        this.topP = settings.topP();
        this.minP = settings.minP();
        boolean limited = settings.topK() > 0 && settings.topK() < vocabulary;
        this.top = limited ? new Top(settings.topK()) : null;
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
        double below = random.nextDouble() * sum;
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
        for (int i = 0; i < count; i++) {
            probabilities[ids[i]] = weights[i] / sum;
        }
        return probabilities;
    }

    private void leave(float[] scores, float max) {
        if (scaled.length != scores.length) {
            scaled = new float[scores.length];
        }
        for (int i = 0; i < scores.length; i++) {
            scaled[i] = scores[i] / temperature;
        }
        leaveTopK(max);
        if (topP < 1) {
            leaveTopP(max);
        }
        if (minP > 0) {
            leaveMinP();
        }
    }

    private void leaveTopK(float max) {
        float least = Float.NEGATIVE_INFINITY;
        if (top != null) {
            top.clear();
            top.offerAll(scaled, 0, 0);
            least = top.least();
        }
        leaveNone();
        for (int i = 0; i < scaled.length; i++) {
            float logit = scaled[i];
            if (logit >= least && logit > Float.NEGATIVE_INFINITY) {
                add(i, logit, Logits.exp(logit - max));
            }
        }
    }

    private void add(int id, float logit, double weight) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            logits = Arrays.copyOf(logits, 2 * count);
            weights = Arrays.copyOf(weights, 2 * count);
        }
        ids[count] = id;
        logits[count] = logit;
        weights[count] = weight;
        sum += weight;
        count++;
    }

    /**
     * Leaves the tokens above which there is less than p. Of all logits only a few are sorted: the step at the border is
     * divided into steps once more.
     */
    private void leaveTopP(float max) {
        double wanted = topP * sum;
        double above = 0;
        double from = 0;
        double step = STEP;
        for (int level = 0; level < 2; level++) {
            weigh(max, from, step);
            int border = 0;
            while (border < STEPS - 1 && above + mass[border] < wanted) {
                above += mass[border];
                border++;
            }
            from += border * step;
            leaveTo(max, border == STEPS - 1 ? Double.POSITIVE_INFINITY : from + step);
            step /= STEPS;
        }
        leaveFrom(leastOf(max, from, wanted - above));
    }

    /** Adds up the weights in each step from a distance below the largest logit. */
    private void weigh(float max, double from, double step) {
        Arrays.fill(mass, 0);
        for (int i = 0; i < count; i++) {
            double steps = (max - logits[i] - from) / step;
            if (steps >= 0) {
                mass[(int) Math.min(STEPS - 1, steps)] += weights[i];
            }
        }
    }

    /** Returns the key of the last token, among those from a distance on, that is needed for so much weight. */
    private long leastOf(float max, double from, double wanted) {
        long[] keys = new long[16];
        int size = 0;
        for (int i = 0; i < count; i++) {
            if (max - logits[i] >= from) {
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

    /** Leaves the tokens that are less than a distance below the largest logit. */
    private void leaveTo(float max, double distance) {
        int before = leaveNone();
        for (int i = 0; i < before; i++) {
            if (max - logits[i] < distance) {
                add(ids[i], logits[i], weights[i]);
            }
        }
    }

    private void leaveFrom(long least) {
        int before = leaveNone();
        for (int i = 0; i < before; i++) {
            if (key(logits[i], ids[i]) >= least) {
                add(ids[i], logits[i], weights[i]);
            }
        }
    }

    private void leaveMinP() {
        int before = leaveNone();
        for (int i = 0; i < before; i++) {
            if (weights[i] >= minP) {
                add(ids[i], logits[i], weights[i]);
            }
        }
    }

    /** Leaves none for now and returns how many there were; those that are to stay are added, in place. */
    private int leaveNone() {
        int before = count;
        count = 0;
        sum = 0;
        return before;
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
