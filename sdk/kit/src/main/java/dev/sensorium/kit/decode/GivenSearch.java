package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.List;

/** A search that chooses the tokens that it is given, and tells how likely each was. */
final class GivenSearch implements Search {

    private static final int[] NONE = {};

    private final int[] given;
    private final Likelihoods likelihoods = new Likelihoods(new Decoding.Greedy(), 0);
    private int next;

    GivenSearch(int[] given) {
        this.given = given;
    }

    @Override
    public Move step(float[][] logits) {
        likelihoods.note(logits[0]);
        int token = given[next];
        next++;
        List<Chosen> chosen = List.of(likelihoods.of(token));
        return next == given.length
                ? new Move(NONE, NONE, chosen, FinishReason.STOP)
                : new Move(new int[] {0}, new int[] {token}, chosen, null);
    }
}
