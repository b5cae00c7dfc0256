package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.List;

/**
 * The searches there are. A token that ends the text, the model's own or a stop, is not text; it counts as generated
 * and is among the tokens, as in transformers.
 */
public final class Searches {

    private Searches() {}

    /**
     * Returns the search of one request.
     *
     * @param prompt the decoder's prompt, a forced beginning of the text included: repetition penalty and n-grams look
     *     at it
     * @throws ModelException INVALID_INPUT if the model cannot follow the decoding; also from {@link Search#step} if
     *     its rules leave no token
     */
    public static Search of(Decoding decoding, Vocabulary vocabulary, int... prompt) {
        List<Integer> stops = decoding.stop().tokens();
        for (int i = 0; i < stops.size(); i++) {
            if (stops.get(i) < 0 || stops.get(i) >= vocabulary.size()) {
                throw new ModelException(
                                Reason.INVALID_INPUT,
                                "%d (expected: 0 to %d)".formatted(stops.get(i), vocabulary.size() - 1))
                        .at("stop_tokens[%d]".formatted(i));
            }
        }
        return decoding.strategy() instanceof Decoding.Beams beams
                ? new BeamSearch(decoding, beams, vocabulary, prompt)
                : new SingleSearch(decoding, vocabulary, prompt);
    }

    /**
     * Returns the search that chooses these tokens and tells how likely each was: what scores a text. It ends with the
     * last of them.
     *
     * @param tokens at least one
     */
    public static Search given(int... tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("tokens: 0 (expected: >= 1)");
        }
        return new GivenSearch(tokens.clone());
    }

    /**
     * Returns a search of exactly so many tokens, any of all that there are each time: for what has no end of its own,
     * such as the codes of a picture.
     *
     * @param strategy greedy or sampled
     * @param vocabulary how many logits a row has
     */
    public static Search counted(Decoding.Strategy strategy, int vocabulary, int count) {
        if (count < 1 || strategy instanceof Decoding.Beams) {
            throw new IllegalArgumentException(
                    "search: %d tokens by %s (expected: >= 1, greedy or sampled)".formatted(count, strategy));
        }
        return new CountedSearch(strategy, vocabulary, count);
    }

    /**
     * Returns a search under classifier-free guidance: its prompts are the conditional and the unconditional one, and
     * it chooses from u + scale * (c - u). Both rows go on with the same token. The rows of the condition come first.
     *
     * @param scale 1 for none
     */
    public static Search guided(Search search, double scale) {
        return new GuidedSearch(search, scale);
    }
}
