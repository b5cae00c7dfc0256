package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Candidate;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Likelihood;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The text of one request, in pieces, from the tokens that its {@link Search} chooses. Used by one thread at a time.
 *
 * <pre>{@code
 * Move move = search.step(logits);
 * Generator.Delta delta = text.next(move);
 * FinishReason end = text.stopped() ? FinishReason.STOP_SEQUENCE : move.end();
 * }</pre>
 *
 * <p>The pieces together are the tokenizer's text of all tokens, and none ends inside of a character. Text that may be
 * the beginning of a stop text comes with a later piece, or not at all.
 */
public final class TextStream {

    private final Vocabulary vocabulary;
    private final Detokenizer detokenizer;
    private final StopTexts stops;
    private final boolean likelihoods;

    private TextStream(Vocabulary vocabulary, Decoding decoding, int[] before) {
        this.vocabulary = vocabulary;
        this.detokenizer = new Detokenizer(vocabulary.codec(), before);
        this.stops = new StopTexts(decoding.stop().texts());
        this.likelihoods = decoding.logProbabilities() > 0;
    }

    /**
     * Begins the text of a request.
     *
     * @param before the tokens that the text goes on from, such as those of a forced beginning: a word after them has
     *     its space, and part of a word is none. None for a text by itself
     */
    public static TextStream of(Vocabulary vocabulary, Decoding decoding, int... before) {
        return new TextStream(vocabulary, decoding, before);
    }

    /** Returns what a move adds; the rest of the text if it is the last. */
    public Delta next(Move move) {
        StringBuilder text = new StringBuilder();
        int count = move.chosen().size();
        boolean endToken = move.end() == FinishReason.STOP || move.end() == FinishReason.STOP_SEQUENCE;
        for (Chosen chosen : move.chosen().subList(0, endToken ? count - 1 : count)) {
            text.append(stops.next(detokenizer.next(chosen.token())));
        }
        if (move.end() != null) {
            text.append(stops.next(detokenizer.end())).append(stops.end());
        }
        List<Integer> tokens = move.chosen().stream().map(Chosen::token).toList();
        List<Likelihood> told =
                likelihoods ? move.chosen().stream().map(this::likelihood).toList() : List.of();
        return new Delta(text.toString(), tokens, told);
    }

    /** Returns whether a stop text came up: the text has ended, whatever the search says. */
    public boolean stopped() {
        return stops.stopped();
    }

    private Likelihood likelihood(Chosen chosen) {
        List<Candidate> best = IntStream.range(0, chosen.best().size())
                .mapToObj(i -> candidate(
                        chosen.best().get(i), chosen.bestLogProbabilities().get(i)))
                .toList();
        return new Likelihood(chosen.logProbability(), best);
    }

    private Candidate candidate(int token, float logProbability) {
        return new Candidate(token, vocabulary.text(token), logProbability);
    }
}
