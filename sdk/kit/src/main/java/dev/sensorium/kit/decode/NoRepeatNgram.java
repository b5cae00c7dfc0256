package dev.sensorium.kit.decode;

/** Lets no run of n tokens come twice, the prompt included (transformers' {@code NoRepeatNGramLogitsProcessor}). */
record NoRepeatNgram(int n) implements Rule {

    @Override
    public void apply(float[] scores, Tokens tokens) {
        int suffix = tokens.length() - n + 1;
        for (int start = 0; start + n <= tokens.length(); start++) {
            int last = tokens.at(start + n - 1);
            if (last < scores.length && same(tokens, start, suffix)) {
                scores[last] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private boolean same(Tokens tokens, int one, int other) {
        for (int i = 0; i < n - 1; i++) {
            if (tokens.at(one + i) != tokens.at(other + i)) {
                return false;
            }
        }
        return true;
    }
}
