package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.Row;
import java.util.List;

/** A decoder's runs on its network. */
record DecoderRuns(Network network, Decoder decoder) {

    /** Returns the number of logits. */
    int vocabulary() {
        return decoder.vocabulary();
    }

    /** Returns the bytes that a block takes. */
    long blockBytes() {
        return decoder.blockBytes();
    }

    /** Computes new tokens of rows; the target takes the logits of what follows each row. */
    void next(List<Row> rows, Copies copies, float[][] target) {
        copy(copies);
        decoder.next(network, rows, target);
    }

    /** Computes new tokens of rows, and returns how likely those are that follow each of them. */
    float[][] score(List<Row> rows, Copies copies, List<int[]> following) {
        copy(copies);
        return decoder.score(network, rows, following.toArray(int[][]::new));
    }

    /** Keeps what the encoder made. */
    void remember(States states, int[] blocks) {
        decoder.remember(network, states.values(), blocks);
    }

    /** Fills blocks with zeros. */
    void clear(int[] blocks) {
        decoder.clear(network, blocks);
    }

    private void copy(Copies copies) {
        if (!copies.isEmpty()) {
            decoder.copy(network, copies.from(), copies.to());
        }
    }
}
