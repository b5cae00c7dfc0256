package dev.sensorium.spi;

import java.util.List;
import java.util.Set;

/** The capability to continue a prompt of interleaved content with text, token by token. */
public non-sealed interface Generator extends Capability {

    /** Returns the kinds of content that a prompt may hold. */
    Set<Modality> promptable();

    /** Returns what it can be asked for; {@link Prompt.Task#GENERATE} always. */
    Set<Prompt.Task> tasks();

    /** Returns whether a prompt may have several turns, such as examples before what is asked. */
    default boolean takesTurns() {
        return false;
    }

    /** Returns how the reference implementation chooses tokens if it is told nothing. */
    Decoding defaults();

    /** Returns the bytes that are kept of prompts for others that begin with the same. */
    default long keptBytes() {
        return 0;
    }

    /**
     * Starts to generate: a {@link Started}, {@link Delta}s, and an {@link End}.
     *
     * <p>The prompt is read and preprocessed before this returns, on the caller's thread; the network runs later.
     *
     * @throws ModelException INVALID_INPUT or TOO_LONG, CAPACITY if too many wait already; {@link ModelException#at} a
     *     content, "contents[i]", its place among those of all turns, all of them, "contents", a turn, "turns[i].role", or
     *     a setting of the decoding, such as "max_tokens" or "stop_tokens[i]", if that is to blame
     */
    Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options);

    /**
     * Starts to score texts as the model's own after a prompt: one {@link Score} for each, in order.
     *
     * @param continuations at least one
     * @throws ModelException as {@link #generate}; at "continuations[i]" if a text is to blame
     */
    Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options);

    /** A step of generation. */
    sealed interface Step {}

    /**
     * The first step: the wait is over, and the prompt is being read.
     *
     * @param promptTokens tokens that the prompt takes
     */
    record Started(int promptTokens) implements Step {}

    /**
     * New text.
     *
     * @param text whole characters; may be empty while a character, or a text that may be a stop, is incomplete
     * @param tokens the ids that were generated since the step before
     * @param likelihoods one for each token, if the request asked for log-probabilities; else none
     */
    record Delta(String text, List<Integer> tokens, List<Likelihood> likelihoods) implements Step {

        public Delta {
            tokens = List.copyOf(tokens);
            likelihoods = List.copyOf(likelihoods);
        }
    }

    /**
     * How likely a token was, after the temperature and before the rules and before tokens were left out.
     *
     * @param logProbability of the token itself, natural
     * @param best the most likely tokens, the most likely first
     */
    record Likelihood(float logProbability, List<Candidate> best) {

        public Likelihood {
            best = List.copyOf(best);
        }
    }

    /**
     * A token that might have been chosen.
     *
     * @param token its id
     * @param text what it stands for by itself
     * @param logProbability natural
     */
    record Candidate(int token, String text, float logProbability) {}

    /**
     * The end of generation.
     *
     * @param reason why it ended
     * @param usage what it took
     * @param videos for each video of the prompt, in order, what was looked at
     */
    record End(FinishReason reason, Usage usage, List<Video.Sample> videos) implements Step {

        public End {
            videos = List.copyOf(videos);
        }

        /** The end of a generation without videos. */
        public End(FinishReason reason, Usage usage) {
            this(reason, usage, List.of());
        }
    }

    /** Why generation ended. */
    enum FinishReason {
        /** The model said so. */
        STOP,
        /** A text or token that the request names came up. */
        STOP_SEQUENCE,
        /** {@link Decoding.Length#max} tokens were generated. */
        LENGTH
    }

    /**
     * What a generation took.
     *
     * @param promptTokens tokens that the prompt took
     * @param generatedTokens tokens that were generated
     * @param encodedContents pictures and other contents of the prompt that went through an encoder
     * @param encoderCacheHits contents of the prompt whose encoding was there already
     * @param reusedTokens tokens of the prompt that were not read, as an earlier prompt began with the same
     */
    record Usage(int promptTokens, int generatedTokens, int encodedContents, int encoderCacheHits, int reusedTokens) {}

    /**
     * How likely a text is after a prompt.
     *
     * @param tokens the text's tokens, and the one that ends it
     * @param logProbabilities of each of these, natural; their sum is the text's log-likelihood
     */
    record Score(List<Integer> tokens, List<Float> logProbabilities) {

        public Score {
            tokens = List.copyOf(tokens);
            logProbabilities = List.copyOf(logProbabilities);
        }

        /** Returns the natural logarithm of the probability of the text and its end. */
        public double logLikelihood() {
            return logProbabilities.stream().mapToDouble(Float::doubleValue).sum();
        }
    }
}
