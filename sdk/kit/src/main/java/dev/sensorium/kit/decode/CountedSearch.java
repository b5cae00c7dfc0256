package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.List;

/** A search that follows one row for exactly so many tokens, which no rule forbids and none of which is an end. */
final class CountedSearch implements Search {

    private static final int[] NONE = {};
    private static final int[] SAME_ROW = {0};

    private final Chooser chooser;
    private int left;

    CountedSearch(Decoding.Strategy strategy, int vocabulary, int count) {
        this.chooser = strategy instanceof Decoding.Sample sample ? new Sampler(sample, vocabulary) : Chooser.GREEDY;
        this.left = count;
    }

    @Override
    public Move step(float[][] logits) {
        int token = chooser.choose(logits[0]);
        if (token < 0) {
            throw Logits.notFinite(Float.NEGATIVE_INFINITY);
        }
        left--;
        List<Chosen> chosen = List.of(Chosen.of(token));
        return left == 0
                ? new Move(NONE, NONE, chosen, FinishReason.LENGTH)
                : new Move(SAME_ROW, new int[] {token}, chosen, null);
    }
}
