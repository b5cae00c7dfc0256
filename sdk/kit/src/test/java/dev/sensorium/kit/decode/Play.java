package dev.sensorium.kit.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Generator.FinishReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A search played to its end on a model that is a function from all tokens of a row to logits. */
final class Play {

    final List<Chosen> chosen = new ArrayList<>();
    final List<Move> moves = new ArrayList<>();

    @Nullable
    FinishReason end;

    static Play of(Search search, Function<int[], float[]> model, int[]... prompts) {
        Play play = new Play();
        assertThat(prompts).hasNumberOfRows(search.prompts());
        int[][] rows = prompts;
        while (play.end == null) {
            float[][] logits = Arrays.stream(rows).map(model).toArray(float[][]::new);
            rows = play.take(search.step(logits), search, rows);
        }
        return play;
    }

    private int[][] take(Move move, Search search, int[][] rows) {
        moves.add(move);
        chosen.addAll(move.chosen());
        end = move.end();
        assertThat(move.parents()).hasSize(end == null ? search.rows() : 0);
        assertThat(move.tokens()).hasSameSizeAs(move.parents());
        int[][] following = new int[move.parents().length][];
        for (int i = 0; i < following.length; i++) {
            int[] parent = rows[move.parents()[i]];
            following[i] = Arrays.copyOf(parent, parent.length + 1);
            following[i][parent.length] = move.tokens()[i];
        }
        return following;
    }

    List<Integer> tokens() {
        return chosen.stream().map(Chosen::token).toList();
    }

    /** Logits that depend on all tokens so far. */
    static float[] logits(int[] row) {
        Random random = new Random(Arrays.hashCode(row));
        float[] logits = new float[26];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 2;
        }
        return logits;
    }

    /** Returns the model that says the same of every row. */
    static Function<int[], float[]> always(float... logits) {
        return row -> logits.clone();
    }
}
