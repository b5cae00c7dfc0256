package dev.sensorium.spi;

import java.util.List;
import java.util.OptionalLong;

/**
 * How tokens are chosen, in the terms of transformers' {@code GenerationConfig}. {@link Generator#defaults} says what a
 * model's reference does; a request changes what it names.
 *
 * @param length how many tokens
 * @param strategy who chooses
 * @param rules what may not be chosen
 * @param stop what ends the text besides the model's own end
 * @param logProbabilities how many of the most likely tokens are told with each token; 0 for none, and then no
 *     probabilities at all
 */
public record Decoding(Length length, Strategy strategy, Rules rules, Stop stop, int logProbabilities) {

    /** The most tokens that are told of with each token. */
    public static final int MOST_LOG_PROBABILITIES = 20;

    public Decoding {
        require(
                logProbabilities >= 0 && logProbabilities <= MOST_LOG_PROBABILITIES,
                "log_probabilities",
                "%d (expected: 0 to %d)",
                logProbabilities,
                MOST_LOG_PROBABILITIES);
        require(
                !(strategy instanceof Beams) || rules.allowedTexts().isEmpty(),
                "allowed_texts",
                "with beams (expected: greedy or sampled)");
        require(
                !(strategy instanceof Beams) || logProbabilities == 0,
                "log_probabilities",
                "with beams (expected: greedy or sampled)");
        require(
                !(strategy instanceof Beams) || stop.equals(Stop.NONE),
                "stop",
                "with beams (expected: greedy or sampled)");
        require(
                length.min() == 0 || rules.allowedTexts().isEmpty(),
                "min_tokens",
                "with allowed_texts (expected: one or the other)");
    }

    /** Returns greedy decoding of at most this many tokens, without rules. */
    public static Decoding greedy(int maxTokens) {
        return new Decoding(new Length(0, maxTokens), new Greedy(), Rules.NONE, Stop.NONE, 0);
    }

    /** Returns the same with another length. */
    public Decoding with(Length other) {
        return new Decoding(other, strategy, rules, stop, logProbabilities);
    }

    /** Returns the same with another strategy. */
    public Decoding with(Strategy other) {
        return new Decoding(length, other, rules, stop, logProbabilities);
    }

    /** Returns the same with other rules. */
    public Decoding with(Rules other) {
        return new Decoding(length, strategy, other, stop, logProbabilities);
    }

    /** Returns the same with other ends. */
    public Decoding with(Stop other) {
        return new Decoding(length, strategy, rules, other, logProbabilities);
    }

    /** Returns the same with this many of the most likely tokens told. */
    public Decoding withLogProbabilities(int count) {
        return new Decoding(length, strategy, rules, stop, count);
    }

    /**
     * How many tokens are generated, the prompt's not counted.
     *
     * @param min the model's own end is not chosen before so many; 0 for any
     * @param max at most so many, at least 1
     */
    public record Length(int min, int max) {

        public Length {
            require(max >= 1, "max_tokens", "%d (expected: >= 1)", max);
            require(min >= 0 && min <= max, "min_tokens", "%d (expected: 0 to max_tokens, %d)", min, max);
        }
    }

    /** Who chooses among the tokens that the rules leave. */
    public sealed interface Strategy {}

    /** The most likely token, always. */
    public record Greedy() implements Strategy {}

    /**
     * A random token, by the probabilities that are left. In this order, logits are divided by the temperature, then
     * top-k, top-p and min-p each leave the most likely tokens.
     *
     * @param temperature above 0; below 1 sharpens
     * @param topK leave so many; 0 for all
     * @param topP leave the fewest whose probabilities add up to this, in (0, 1]
     * @param minP leave those at least this share as likely as the most likely one, in [0, 1)
     * @param seed the same seed, the same text, whatever else runs; empty for any
     */
    public record Sample(double temperature, int topK, double topP, double minP, OptionalLong seed)
            implements Strategy {

        public Sample {
            require(
                    temperature > 0 && Double.isFinite(temperature),
                    "temperature",
                    "%s (expected: > 0 and finite)",
                    temperature);
            require(topK >= 0, "top_k", "%d (expected: >= 0)", topK);
            require(topP > 0 && topP <= 1, "top_p", "%s (expected: > 0 and <= 1)", topP);
            require(minP >= 0 && minP < 1, "min_p", "%s (expected: >= 0 and < 1)", minP);
        }

        /** Returns sampling from all tokens at this temperature. */
        public static Sample of(double temperature, long seed) {
            return new Sample(temperature, 0, 1, 0, OptionalLong.of(seed));
        }
    }

    /**
     * The most likely of several continuations that are followed side by side. The text comes in one piece at the end.
     *
     * @param count how many are followed, at least 2
     * @param lengthPenalty a text's log-probability is divided by its length to this power
     * @param earlyStopping whether to end when {@code count} texts are finished, even if a better one may follow
     */
    public record Beams(int count, double lengthPenalty, boolean earlyStopping) implements Strategy {

        /** The most beams. */
        public static final int MOST = 16;

        public Beams {
            require(count >= 2 && count <= MOST, "beams.count", "%d (expected: 2 to %d)", count, MOST);
            require(Double.isFinite(lengthPenalty), "beams.length_penalty", "%s (expected: finite)", lengthPenalty);
        }
    }

    /**
     * What may not be chosen, or less easily.
     *
     * @param repetitionPenalty divides the logits of tokens that were there before (Keskar et al. 2019); 1 for none
     * @param noRepeatNgram no run of so many tokens comes twice; 0 for any
     * @param badWords texts that do not come up
     * @param allowedTexts the whole text is one of these; empty for any text
     */
    public record Rules(double repetitionPenalty, int noRepeatNgram, List<String> badWords, List<String> allowedTexts) {

        /** No rules. */
        public static final Rules NONE = new Rules(1, 0, List.of(), List.of());

        public Rules {
            require(
                    repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
                    "repetition_penalty",
                    "%s (expected: > 0 and finite)",
                    repetitionPenalty);
            require(noRepeatNgram >= 0, "no_repeat_ngram", "%d (expected: >= 0)", noRepeatNgram);
            badWords = nonEmpty("bad_words", badWords);
            allowedTexts = nonEmpty("allowed_texts", allowedTexts);
        }
    }

    /**
     * What ends the text besides the model's own end.
     *
     * @param texts the text ends before the first of these that comes up
     * @param tokens the text ends before the first of these tokens
     */
    public record Stop(List<String> texts, List<Integer> tokens) {

        /** Nothing. */
        public static final Stop NONE = new Stop(List.of(), List.of());

        public Stop {
            texts = nonEmpty("stop_texts", texts);
            tokens = List.copyOf(tokens);
        }
    }

    private static List<String> nonEmpty(String field, List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            require(!texts.get(i).isEmpty(), "%s[%d]".formatted(field, i), "empty (expected: at least one character)");
        }
        return List.copyOf(texts);
    }

    private static void require(boolean holds, String setting, String problem, Object... values) {
        if (!holds) {
            throw new ModelException(ModelException.Reason.INVALID_INPUT, problem.formatted(values)).at(setting);
        }
    }
}
