package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A search that follows one row: greedy decoding and sampling. */
final class SingleSearch implements Search {

    private static final int[] NONE = {};
    private static final int[] SAME_ROW = {0};

    private final Vocabulary vocabulary;
    private final Chooser chooser;
    private final RuleSet rules;
    private final Set<Integer> stops;
    private final int max;
    private final @Nullable Likelihoods likelihoods;
    private final Tokens tokens;

    SingleSearch(Decoding decoding, Vocabulary vocabulary, int[] prompt) {
        this.vocabulary = vocabulary;
        this.chooser = decoding.strategy() instanceof Decoding.Sample sample
                ? new Sampler(sample, vocabulary.size())
                : Chooser.GREEDY;
        this.rules = new RuleSet(decoding, vocabulary);
        this.stops = Set.copyOf(decoding.stop().tokens());
        this.max = decoding.length().max();
        int best = decoding.logProbabilities();
        this.likelihoods = best == 0 ? null : new Likelihoods(decoding.strategy(), best);
        this.tokens = new Tokens(prompt);
    }

    @Override
    public Move step(float[][] logits) {
        float[] row = logits[0];
        if (likelihoods != null) {
            likelihoods.note(row);
        }
        int token = choose(row);
        tokens.add(token);
        Chosen chosen = likelihoods == null ? Chosen.of(token) : likelihoods.of(token);
        FinishReason end = end(token);
        return new Move(end == null ? SAME_ROW : NONE, end == null ? new int[] {token} : NONE, List.of(chosen), end);
    }

    private int choose(float[] row) {
        if (!rules.isEmpty()) {
            // The rules may hide what is not finite.
            Logits.max(row);
            rules.apply(row, tokens);
        }
        int token = chooser.choose(row);
        while (token >= 0 && rules.forbid(tokens, token)) {
            row[token] = Float.NEGATIVE_INFINITY;
            token = chooser.choose(row);
        }
        if (token < 0) {
            throw rules.isEmpty() ? Logits.notFinite(Float.NEGATIVE_INFINITY) : RuleSet.nothingLeft(tokens.generated());
        }
        return token;
    }

    private @Nullable FinishReason end(int token) {
        if (vocabulary.isEnd(token)) {
            return FinishReason.STOP;
        }
        if (stops.contains(token)) {
            return FinishReason.STOP_SEQUENCE;
        }
        return tokens.generated() >= max ? FinishReason.LENGTH : null;
    }
}
