package dev.sensorium.kit.decode;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A row that stays open between turns: in each it is given tokens, such as those of an observation, and asked for others,
 * such as those of an action. What it read stays in the loop's cache.
 *
 * <p>One turn at a time. Closing, from any thread, frees what it holds within one step; a turn that is under way fails
 * with a {@link java.util.concurrent.CancellationException}.
 */
public interface Dialogue extends AutoCloseable {

    /**
     * Asks for the next turn.
     *
     * @return the tokens that were chosen, as many as were asked for, completed by the loop's thread, which is not to be
     *     kept but may ask for the turn after; or a {@link dev.sensorium.spi.ModelException}, after which there are no more
     *     turns
     */
    CompletionStage<int[]> next(Turn turn);

    @Override
    void close();

    /**
     * What a row is given and asked for.
     *
     * @param anew whether the row is to forget all tokens before these
     * @param given tokens that it reads, at least one; the last chosen token of the turn before is not read unless it is
     *     among these
     * @param states what {@code Memory.at} finds for the given tokens; null leaves what was there
     * @param asked what each token is chosen from, at least one
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
    record Turn(boolean anew, int[] given, @Nullable States states, List<Choice> asked) {

        public Turn {
            asked = List.copyOf(asked);
            if (given.length == 0 || asked.isEmpty()) {
                throw new IllegalArgumentException("turn: %d tokens given and %d asked for (expected: >= 1 each)"
                        .formatted(given.length, asked.size()));
            }
        }
    }

    /**
     * What a token is chosen from.
     *
     * @param first the lowest id
     * @param count how many ids follow each other
     */
    record Choice(int first, int count) {

        public Choice {
            if (first < 0 || count < 1) {
                throw new IllegalArgumentException(
                        "choice: %d from %d (expected: >= 1 from >= 0)".formatted(count, first));
            }
        }
    }
}
