package dev.sensorium.kit.decode;

/**
 * How the tokens of one request are chosen: a state machine from logits to tokens. Used by one thread at a time.
 *
 * <p>A request is decoded in rows: one for greedy decoding and sampling, one per beam, and twice as many with guidance.
 * Rows begin as copies of the prompts: one prompt, or with guidance the conditional and the unconditional one.
 */
public interface Search {

    /** Returns how many prompts there are: the rows of logits at the first step. */
    default int prompts() {
        return 1;
    }

    /** Returns how many rows there are after the first step. */
    default int rows() {
        return 1;
    }

    /**
     * Chooses what follows.
     *
     * @param logits (prompts, V) at the first step, (rows, V) at each later one: what follows each row; may be overwritten
     * @throws dev.sensorium.spi.ModelException NOT_FINITE if a number is NaN or Infinity, in any row: where nothing is
     *     thrown, the loop takes for granted that all that led to these logits is finite. INVALID_INPUT if the rules
     *     leave nothing
     */
    Move step(float[][] logits);
}
