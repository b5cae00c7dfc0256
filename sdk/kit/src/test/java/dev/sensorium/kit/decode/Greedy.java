package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.List;

/** A search for the most likely token, always, and so many of them. */
final class Greedy implements Search {

    private final int count;
    private int chosen;

    Greedy(int count) {
        this.count = count;
    }

    @Override
    public Move step(float[][] logits) {
        int token = TinyDecoder.best(logits[0]);
        chosen++;
        return chosen == count
                ? new Move(new int[0], new int[0], List.of(Chosen.of(token)), FinishReason.LENGTH)
                : new Move(new int[] {0}, new int[] {token}, List.of(Chosen.of(token)), null);
    }
}
