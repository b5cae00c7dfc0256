package dev.sensorium.plugin.gato.jat;

import java.util.OptionalLong;
import java.util.SplittableRandom;

/** Chooses one of several actions by their logits. Used by one thread at a time. */
interface Chooser {

    int choose(float[] logits);

    /** Returns who draws actions by their probabilities, from this seed; without one, who takes the most likely. */
    static Chooser of(OptionalLong seed) {
        if (seed.isEmpty()) {
            return Chooser::best;
        }
        SplittableRandom random = new SplittableRandom(seed.getAsLong());
        return logits -> draw(logits, random.nextDouble());
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    /** Returns where a number of 0 to 1 falls, if the actions divide that range by their probabilities. */
    private static int draw(float[] logits, double number) {
        double most = logits[best(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        double below = number * sum;
        for (int i = 0; i < logits.length - 1; i++) {
            below -= Math.exp(logits[i] - most);
            if (below < 0) {
                return i;
            }
        }
        return logits.length - 1;
    }
}
