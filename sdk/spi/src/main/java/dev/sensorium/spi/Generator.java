package dev.sensorium.spi;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The capability to continue a prompt of interleaved content with text, token by token. */
public non-sealed interface Generator extends Capability {

    /** Returns the kinds of content that a prompt may hold. */
    Set<Modality> promptable();

    /**
     * Starts to generate. The last step, and only the last, is an {@link End}.
     *
     * @throws ModelException INVALID_INPUT, TOO_LONG, or CAPACITY if no slot is free
     */
    Steps<Step> generate(List<? extends Content> prompt, Sampling sampling);

    /**
     * How tokens are chosen.
     *
     * @param maxTokens most tokens to generate, at least 1
     * @param temperature 0 for greedy decoding; otherwise logits are divided by it
     * @param topK choose among this many most likely tokens; 0 for all
     * @param topP choose among the most likely tokens whose probabilities add up to this, in (0, 1]
     * @param seed makes sampling repeatable; same seed, same tokens
     */
    record Sampling(int maxTokens, double temperature, int topK, double topP, OptionalLong seed) {

        public Sampling {
            if (maxTokens < 1 || !(temperature >= 0) || topK < 0 || !(topP > 0 && topP <= 1)) {
                throw new ModelException(
                        ModelException.Reason.INVALID_INPUT,
                        "sampling: maxTokens %d, temperature %s, topK %d, topP %s (expected: >= 1, >= 0, >= 0, in (0, 1])"
                                .formatted(maxTokens, temperature, topK, topP));
            }
        }

        /** Returns greedy sampling of at most this many tokens. */
        public static Sampling greedy(int maxTokens) {
            return new Sampling(maxTokens, 0, 0, 1, OptionalLong.empty());
        }
    }

    /** A step of generation. */
    sealed interface Step {}

    /**
     * New text.
     *
     * @param text whole characters; may be empty while a character is incomplete
     * @param tokens the ids that it was decoded from
     */
    record Delta(String text, List<Integer> tokens) implements Step {

        public Delta {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * The end of generation.
     *
     * @param reason why it ended
     * @param promptTokens tokens that the prompt took
     * @param generatedTokens tokens that were generated
     */
    record End(FinishReason reason, int promptTokens, int generatedTokens) implements Step {}

    /** Why generation ended. */
    enum FinishReason {
        /** The model said so. */
        STOP,
        /** {@link Sampling#maxTokens} were generated. */
        LENGTH
    }
}
