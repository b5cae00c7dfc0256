package dev.sensorium.kit.decode;

/**
 * Leaves out the same tokens while fewer than so many are generated: for good, or the model's own end before a least
 * length (transformers' {@code SuppressTokensLogitsProcessor} and {@code MinNewTokensLengthLogitsProcessor}).
 */
final class Banned implements Rule {

    private final int[] banned;
    private final int until;

    Banned(int[] banned, int until) {
        this.banned = banned;
        this.until = until;
    }

    static Banned forGood(int[] banned) {
        return new Banned(banned, Integer.MAX_VALUE);
    }

    @Override
    public void apply(float[] scores, Tokens tokens) {
        if (tokens.generated() >= until) {
            return;
        }
        for (int token : banned) {
            scores[token] = Float.NEGATIVE_INFINITY;
        }
    }
}
