package dev.sensorium.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How tokens are chosen. What is empty is as the model's generation_config.json says, or as its reference does.
 * Immutable: each {@code with} method returns a changed copy. The server refuses what contradicts itself.
 *
 * @param length how many tokens
 * @param strategy who chooses; empty for the model's default, which is greedy unless its generation_config.json says
 *     otherwise
 * @param rules what may not be chosen
 * @param stop what ends the text besides the model's own end
 * @param logProbabilities how many of the most likely tokens to tell with each token, at most 20; 0 for none, and then no
 *     log-probabilities at all
 */
public record Decoding(Length length, Optional<Strategy> strategy, Rules rules, Stop stop, int logProbabilities) {

    /** Everything as the model has it. */
    public static final Decoding DEFAULT =
            new Decoding(Length.DEFAULT, Optional.empty(), Rules.DEFAULT, Stop.DEFAULT, 0);

    /** Returns this decoding with at most so many tokens, the prompt's not counted. */
    public Decoding withMaxTokens(int count) {
        return withLength(new Length(length.min(), OptionalInt.of(count)));
    }

    /** Returns this decoding with the model's own end not chosen before so many tokens. */
    public Decoding withMinTokens(int count) {
        return withLength(new Length(OptionalInt.of(count), length.max()));
    }

    /** Returns this decoding with another strategy: {@link Greedy}, {@link Sample} or {@link Beams}. */
    public Decoding withStrategy(Strategy strategy) {
        return new Decoding(length, Optional.of(strategy), rules, stop, logProbabilities);
    }

    /** Returns this decoding with tokens that were there before made less likely: their logits are divided by this. */
    public Decoding withRepetitionPenalty(double penalty) {
        return withRules(
                new Rules(OptionalDouble.of(penalty), rules.noRepeatNgram(), rules.badWords(), rules.allowedTexts()));
    }

    /** Returns this decoding without any run of so many tokens that comes twice; 0 for any. */
    public Decoding withNoRepeatNgram(int tokens) {
        return withRules(
                new Rules(rules.repetitionPenalty(), OptionalInt.of(tokens), rules.badWords(), rules.allowedTexts()));
    }

    /** Returns this decoding with texts that do not come up. */
    public Decoding withBadWords(List<String> texts) {
        return withRules(new Rules(rules.repetitionPenalty(), rules.noRepeatNgram(), texts, rules.allowedTexts()));
    }

    /** Returns this decoding for a text that is one of these as a whole; not with beams. */
    public Decoding withAllowedTexts(List<String> texts) {
        return withRules(new Rules(rules.repetitionPenalty(), rules.noRepeatNgram(), rules.badWords(), texts));
    }

    /** Returns this decoding with the text ending before the first of these texts that comes up; not with beams. */
    public Decoding withStopTexts(List<String> texts) {
        return withStop(new Stop(texts, stop.tokens()));
    }

    /** Returns this decoding with the text ending before the first of these tokens; not with beams. */
    public Decoding withStopTokens(List<Integer> tokens) {
        return withStop(new Stop(stop.texts(), tokens));
    }

    /** Returns this decoding with log-probabilities of each token and of so many of the most likely ones; not with beams. */
    public Decoding withLogProbabilities(int count) {
        return new Decoding(length, strategy, rules, stop, count);
    }

    private Decoding withLength(Length other) {
        return new Decoding(other, strategy, rules, stop, logProbabilities);
    }

    private Decoding withRules(Rules other) {
        return new Decoding(length, strategy, other, stop, logProbabilities);
    }

    private Decoding withStop(Stop other) {
        return new Decoding(length, strategy, rules, other, logProbabilities);
    }

    /**
     * How many tokens are generated, the prompt's not counted.
     *
     * @param min the model's own end is not chosen before so many
     * @param max at most so many, at least 1
     */
    public record Length(OptionalInt min, OptionalInt max) {

        static final Length DEFAULT = new Length(OptionalInt.empty(), OptionalInt.empty());
    }

    /** Who chooses among the tokens that the rules leave. */
    public sealed interface Strategy {}

    /** The most likely token, always. */
    public record Greedy() implements Strategy {}

    /**
     * A random token, by the probabilities. In this order, logits are divided by the temperature, then top-k, top-p and
     * min-p each leave the most likely tokens.
     *
     * @param temperature above 0; below 1 sharpens; empty for 1
     * @param topK leave so many tokens; 0 or empty for all
     * @param topP leave the fewest tokens whose probabilities add up to this, above 0, at most 1; empty for 1
     * @param minP leave the tokens at least this share as likely as the most likely one, at least 0, below 1; empty for 0
     * @param seed the same seed gives the same text, whatever else runs; empty for any
     */
    public record Sample(
            OptionalDouble temperature, OptionalInt topK, OptionalDouble topP, OptionalDouble minP, OptionalLong seed)
            implements Strategy {

        /** From all tokens, at temperature 1. */
        public static final Sample DEFAULT = new Sample(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty());

        /** Returns this sampling at another temperature. */
        public Sample withTemperature(double temperature) {
            return new Sample(OptionalDouble.of(temperature), topK, topP, minP, seed);
        }

        /** Returns this sampling from so many of the most likely tokens. */
        public Sample withTopK(int count) {
            return new Sample(temperature, OptionalInt.of(count), topP, minP, seed);
        }

        /** Returns this sampling from the most likely tokens whose probabilities add up to this. */
        public Sample withTopP(double share) {
            return new Sample(temperature, topK, OptionalDouble.of(share), minP, seed);
        }

        /** Returns this sampling from the tokens at least this share as likely as the most likely one. */
        public Sample withMinP(double share) {
            return new Sample(temperature, topK, topP, OptionalDouble.of(share), seed);
        }

        /** Returns this sampling with a seed. */
        public Sample withSeed(long seed) {
            return new Sample(temperature, topK, topP, minP, OptionalLong.of(seed));
        }
    }

    /**
     * The most likely of several continuations that are followed side by side. The text comes in one piece at the end.
     *
     * @param count how many are followed, 2 to 16
     * @param lengthPenalty a text's log-probability is divided by its length to this power; empty for 1
     * @param earlyStopping whether to end when {@code count} texts are finished, even if a better one may follow
     */
    public record Beams(int count, OptionalDouble lengthPenalty, boolean earlyStopping) implements Strategy {

        /** Returns so many beams, with a length penalty of 1 and no early stopping. */
        public static Beams of(int count) {
            return new Beams(count, OptionalDouble.empty(), false);
        }

        /** Returns these beams with another length penalty. */
        public Beams withLengthPenalty(double power) {
            return new Beams(count, OptionalDouble.of(power), earlyStopping);
        }

        /** Returns these beams with early stopping, or without. */
        public Beams withEarlyStopping(boolean early) {
            return new Beams(count, lengthPenalty, early);
        }
    }

    /**
     * What may not be chosen, or less easily.
     *
     * @param repetitionPenalty divides the logits of tokens that were there before (Keskar et al. 2019), above 0
     * @param noRepeatNgram no run of so many tokens comes twice; 0 for any
     * @param badWords texts that do not come up
     * @param allowedTexts the whole text is one of these; empty for any text
     */
    public record Rules(
            OptionalDouble repetitionPenalty,
            OptionalInt noRepeatNgram,
            List<String> badWords,
            List<String> allowedTexts) {

        static final Rules DEFAULT = new Rules(OptionalDouble.empty(), OptionalInt.empty(), List.of(), List.of());

        public Rules {
            badWords = List.copyOf(badWords);
            allowedTexts = List.copyOf(allowedTexts);
        }
    }

    /**
     * What ends the text besides the model's own end.
     *
     * @param texts the text ends before the first of these that comes up
     * @param tokens the text ends before the first of these tokens
     */
    public record Stop(List<String> texts, List<Integer> tokens) {

        static final Stop DEFAULT = new Stop(List.of(), List.of());

        public Stop {
            texts = List.copyOf(texts);
            tokens = List.copyOf(tokens);
        }
    }
}
