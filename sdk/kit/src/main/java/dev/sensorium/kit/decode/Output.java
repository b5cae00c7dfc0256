package dev.sensorium.kit.decode;

import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Usage;

/**
 * What becomes of one request's tokens: text, codes of a picture, actions. Used by the loop's thread alone, which it
 * should not keep for long; if it throws, its request fails and no other.
 *
 * @param <E> the steps that the caller pulls
 */
public interface Output<E> {

    /** Returns the first step: the prompts, of so many tokens together, are being read. */
    E started(int promptTokens);

    /** Returns the step for a move that is certain of tokens, or the last. */
    E next(Move move);

    /** Returns whether what came so far is to be the end, such as a stop text. */
    boolean stopped();

    /** Returns the last step. */
    E end(FinishReason reason, Usage usage);
}
