package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.ModelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that generates tokens: first its prompts are read, then its rows go on by one token in each step. */
final class Generation<E> extends Job {

    private final Search search;
    private final Output<E> output;
    private final Channel<E> channel;
    private List<Reading> readings = List.of();
    private List<Line> lines = List.of();
    private int[] tokens = {};
    private int generated;

    /** What the first step needs: logits (prompts, V), filled as the prompts are read. */
    private float @Nullable [][] first;

    Generation(List<Opening> openings, Need need, Search search, Output<E> output, Channel<E> channel) {
        super(openings, need);
        this.search = search;
        this.output = output;
        this.channel = channel;
    }

    @Override
    boolean isClosed() {
        return channel.isClosed();
    }

    @Override
    void failed(ModelException cause) {
        channel.fail(cause);
    }

    @Override
    void started() {
        channel.add(output.started(promptTokens()));
    }

    @Override
    void take(List<Line> prompts, int vocabulary) {
        List<Reading> begun = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            Opening opening = openings().get(i);
            begun.add(Reading.rest(prompts.get(i), opening.ids(), opening.views()));
        }
        readings = begun;
        lines = prompts;
        first = new float[prompts.size()][vocabulary];
    }

    @Override
    List<Reading> readings() {
        return readings;
    }

    @Override
    float[] target(Reading reading) {
        if (first == null) {
            throw new IllegalStateException("the prompts are read already");
        }
        return first[readings.indexOf(reading)];
    }

    /** Goes on when all prompts are read. */
    @Override
    void read() {
        if (first != null && readings.stream().allMatch(reading -> reading.left() == 0)) {
            float[][] logits = first;
            first = null;
            readings = List.of();
            advance(logits);
        }
    }

    /** Returns whether its rows are to go on. */
    boolean isLive() {
        return tokens.length > 0 && !channel.isFull();
    }

    /** Returns how many rows go on. */
    int rows() {
        return tokens.length;
    }

    /** Returns the rows of the next step. */
    List<Row> rows(Copies copies) {
        computing();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            rows.add(lines.get(i).add(tokens[i], copies));
        }
        return rows;
    }

    /** Takes what follows each row, (rows, V). */
    void advance(float[][] logits) {
        Move move = search.step(logits);
        seen();
        generated += move.chosen().size();
        if (!move.chosen().isEmpty() || move.end() != null) {
            channel.add(output.next(move));
        }
        FinishReason end = output.stopped() ? FinishReason.STOP_SEQUENCE : move.end();
        if (end != null) {
            channel.add(output.end(end, new Usage(promptTokens(), generated, encoded(), hits(), reused())));
            channel.end();
            finish();
        } else {
            follow(move);
        }
    }

    @Override
    List<Line> lines() {
        return lines;
    }

    @Override
    void forgetLines() {
        lines = List.of();
        readings = List.of();
        tokens = new int[0];
    }

    private void follow(Move move) {
        if (move.parents().length > need().rows() || move.tokens().length != move.parents().length) {
            throw new IllegalStateException("rows: %d of %d tokens (expected: at most %d)"
                    .formatted(move.parents().length, move.tokens().length, need().rows()));
        }
        List<Line> next = new ArrayList<>();
        for (int parent : move.parents()) {
            next.add(lines.get(parent).fork());
        }
        lines.forEach(Line::free);
        lines = next;
        tokens = move.tokens().clone();
    }
}
