package dev.sensorium.kit.decode;

import java.util.Arrays;

/**
 * Classifier-free guidance over another search (Ho and Salimans 2021): each of its rows is followed twice, after the
 * conditional and after the unconditional prompt, and it chooses from u + scale * (c - u). The conditional rows come
 * first.
 */
final class GuidedSearch implements Search {

    private final Search search;
    private final float scale;

    GuidedSearch(Search search, double scale) {
        this.search = search;
        this.scale = (float) scale;
    }

    @Override
    public int prompts() {
        return 2 * search.prompts();
    }

    @Override
    public int rows() {
        return 2 * search.rows();
    }

    @Override
    public Move step(float[][] logits) {
        int half = logits.length / 2;
        for (int i = 0; i < half; i++) {
            guide(logits[i], logits[half + i]);
        }
        Move move = search.step(Arrays.copyOf(logits, half));
        return new Move(twice(move.parents(), half), twice(move.tokens(), 0), move.chosen(), move.end());
    }

    private void guide(float[] conditional, float[] unconditional) {
        for (int i = 0; i < conditional.length; i++) {
            float without = unconditional[i];
            // What the network itself leaves out stays out; infinities have no difference.
            if (conditional[i] != Float.NEGATIVE_INFINITY && without != Float.NEGATIVE_INFINITY) {
                conditional[i] = without + scale * (conditional[i] - without);
            }
        }
    }

    private static int[] twice(int[] values, int offset) {
        int[] twice = Arrays.copyOf(values, 2 * values.length);
        for (int i = 0; i < values.length; i++) {
            twice[values.length + i] = values[i] + offset;
        }
        return twice;
    }
}
