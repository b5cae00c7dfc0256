package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.States;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of what the decoder reads: tokens, and the patches that some of them stand for.
 *
 * @param tokens as {@link Layout#at} has them; the patches are numbered from 0
 * @param patches for each picture, its patches as the decoder takes them
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight to the network, never compared
record Piece(int[] tokens, List<States> patches) {

    /** No tokens. */
    static final Piece NONE = new Piece(new int[0], List.of());

    Piece {
        patches = List.copyOf(patches);
    }

    int length() {
        return tokens.length;
    }

    /** Returns pieces one after the other, the patches numbered through. */
    static Piece join(Layout layout, List<Piece> pieces) {
        List<States> patches = new ArrayList<>();
        IntStream tokens = IntStream.empty();
        int before = 0;
        for (Piece piece : pieces) {
            int offset = before;
            tokens = IntStream.concat(
                    tokens,
                    Arrays.stream(piece.tokens)
                            .map(token -> token % layout.stride() < layout.size() ? token : token + offset));
            patches.addAll(piece.patches);
            before += piece.patches.stream().mapToInt(States::length).sum();
        }
        return new Piece(tokens.toArray(), patches);
    }

    /** Returns the patches of all pictures one after the other; null if there are none. */
    @Nullable
    States states() {
        if (patches.isEmpty()) {
            return null;
        }
        int width = patches.get(0).width();
        float[] values = new float
                [patches.stream().mapToInt(part -> part.values().length).sum()];
        int at = 0;
        for (States part : patches) {
            System.arraycopy(part.values(), 0, values, at, part.values().length);
            at += part.values().length;
        }
        return new States(values, width);
    }
}
