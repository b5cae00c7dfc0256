package dev.sensorium.kit.decode;

import dev.sensorium.spi.Generator.Candidate;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Likelihood;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import java.util.List;
import java.util.stream.IntStream;

/** Tokens by their ids alone, without text. */
public final class PlainOutput implements Output<Step> {

    @Override
    public Step started(int promptTokens) {
        return new Started(promptTokens);
    }

    @Override
    public Step next(Move move) {
        List<Integer> tokens = move.chosen().stream().map(Chosen::token).toList();
        List<Likelihood> likelihoods = move.chosen().stream()
                .filter(chosen -> !Float.isNaN(chosen.logProbability()))
                .map(PlainOutput::likelihood)
                .toList();
        return new Delta("", tokens, likelihoods);
    }

    @Override
    public boolean stopped() {
        return false;
    }

    @Override
    public Step end(FinishReason reason, Usage usage) {
        return new End(reason, usage);
    }

    private static Likelihood likelihood(Chosen chosen) {
        List<Candidate> best = IntStream.range(0, chosen.best().size())
                .mapToObj(i -> new Candidate(
                        chosen.best().get(i), "", chosen.bestLogProbabilities().get(i)))
                .toList();
        return new Likelihood(chosen.logProbability(), best);
    }
}
