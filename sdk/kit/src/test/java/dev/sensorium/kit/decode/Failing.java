package dev.sensorium.kit.decode;

/** A search that fails at its so-manieth step. */
record Failing(Search search, int[] left) implements Search {

    Failing(Search search, int at) {
        this(search, new int[] {at, at});
    }

    @Override
    public int prompts() {
        return search.prompts();
    }

    @Override
    public int rows() {
        return search.rows();
    }

    @Override
    public Move step(float[][] logits) {
        left[0]--;
        if (left[0] == 0) {
            throw new IllegalStateException("at step " + left[1]);
        }
        return search.step(logits);
    }
}
