package dev.sensorium.kit.decode;

import dev.sensorium.spi.Generator.FinishReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Search} decided in one step.
 *
 * @param parents for each row, which row of the step before it continues; empty at the end
 * @param tokens for each row, the token that it is continued by; empty at the end
 * @param chosen the tokens that are certain now, in their order; with beams none before the end
 * @param end why it ended, or null if it goes on
 */
public record Move(int[] parents, int[] tokens, List<Chosen> chosen, @Nullable FinishReason end) {

    public Move {
        chosen = List.copyOf(chosen);
    }
}
