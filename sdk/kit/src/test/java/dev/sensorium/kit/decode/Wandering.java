package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.TinyDecoder;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A search of several rows that go on from random ones with random tokens; remembers what it saw of each. */
final class Wandering implements Search {

    /** The logits after some tokens. */
    record Seen(int[] tokens, float[] logits) {}

    private final int rows;
    private final int count;
    private final Random random;
    private final List<Seen> seen = new ArrayList<>();
    private int[][] texts;
    private int steps;

    Wandering(int[] prompt, int rows, int count, long seed) {
        this.rows = rows;
        this.count = count;
        this.random = new Random(seed);
        this.texts = new int[][] {prompt};
    }

    List<Seen> seen() {
        return seen;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public Move step(float[][] logits) {
        for (int i = 0; i < logits.length; i++) {
            seen.add(new Seen(texts[i], logits[i].clone()));
        }
        steps++;
        if (steps == count) {
            return new Move(new int[0], new int[0], List.of(Chosen.of(0)), FinishReason.LENGTH);
        }
        int[] parents = random.ints(rows, 0, logits.length).toArray();
        int[] tokens = random.ints(rows, 0, TinyDecoder.VOCABULARY).toArray();
        int[][] next = new int[rows][];
        for (int i = 0; i < rows; i++) {
            int[] parent = texts[parents[i]];
            next[i] = Arrays.copyOf(parent, parent.length + 1);
            next[i][parent.length] = tokens[i];
        }
        texts = next;
        return new Move(parents, tokens, List.of(), null);
    }
}
