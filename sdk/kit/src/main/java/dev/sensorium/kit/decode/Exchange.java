package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A dialogue in a loop: its turns come from callers, all else is done by the loop's thread. */
final class Exchange extends Job implements Dialogue {

    private final Pools pools;
    private final int mostTokens;
    private final Decoding.Strategy strategy;
    private final Runnable wake;

    private final Object lock = new Object();
    private @Nullable Asked asked;
    private boolean underWay;
    private boolean closed;
    private @Nullable ModelException failure;

    private @Nullable Line line;
    private @Nullable Reading reading;
    private @Nullable Chooser chooser;
    private float[] logits = {};
    private int[] chosen = {};
    private int done;

    /** A turn and who waits for it. */
    private record Asked(Turn turn, CompletableFuture<int[]> answer) {}

    Exchange(Need need, Pools pools, int mostTokens, Decoding.Strategy strategy, Runnable wake) {
        super(List.of(), need);
        this.pools = pools;
        this.mostTokens = mostTokens;
        this.strategy = strategy;
        this.wake = wake;
    }

    @Override
    public CompletionStage<int[]> next(Turn turn) {
        CompletableFuture<int[]> answer = new CompletableFuture<>();
        synchronized (lock) {
            if (closed) {
                answer.completeExceptionally(new CancellationException("the dialogue is closed"));
                return answer;
            }
            if (failure != null) {
                answer.completeExceptionally(failure);
                return answer;
            }
            if (asked != null) {
                throw new IllegalStateException("a turn is under way");
            }
            asked = new Asked(turn, answer);
        }
        wake.run();
        return answer;
    }

    @Override
    public void close() {
        Asked left;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            left = asked;
            asked = null;
        }
        if (left != null) {
            left.answer().completeExceptionally(new CancellationException("the dialogue is closed"));
        }
        wake.run();
    }

    /** Returns whether there is a turn to begin. */
    boolean isAsked() {
        synchronized (lock) {
            return asked != null && !underWay && !closed;
        }
    }

    /** Begins the turn that was asked for. */
    void listen(Function<States, Remembered> memory) {
        Turn turn;
        synchronized (lock) {
            if (asked == null) {
                return;
            }
            turn = asked.turn();
            underWay = true;
        }
        if (turn.anew() && line != null) {
            line.free();
            line = null;
        }
        Line row = line == null ? Line.of(pools, null) : line;
        line = row;
        requireRoom(row.length() + turn.given().length + turn.asked().size() - 1);
        if (turn.states() != null) {
            row.attend(null);
            row.attend(memory.apply(turn.states()));
        }
        chosen = new int[turn.asked().size()];
        done = 0;
        reading = new Reading(row, turn.given(), new int[0]);
    }

    @Override
    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    void failed(ModelException cause) {
        Asked left;
        synchronized (lock) {
            failure = cause;
            left = asked;
            asked = null;
        }
        if (left != null) {
            left.answer().completeExceptionally(cause);
        }
    }

    @Override
    void started() {}

    @Override
    void take(List<Line> prompts, int vocabulary) {
        logits = new float[vocabulary];
        chooser = strategy instanceof Decoding.Sample sample ? new Sampler(sample, vocabulary) : Chooser.GREEDY;
    }

    @Override
    List<Reading> readings() {
        return reading == null ? List.of() : List.of(reading);
    }

    @Override
    float[] target(Reading reading) {
        return logits;
    }

    /** Chooses a token when all tokens are read; reads it if more are to be chosen, else answers. */
    @Override
    void read() {
        Turn turn = turn();
        if (turn == null || line == null || reading == null || reading.left() > 0) {
            return;
        }
        chosen[done] = choose(turn.asked().get(done));
        done++;
        if (done < chosen.length) {
            reading = new Reading(line, new int[] {chosen[done - 1]}, new int[0]);
        } else {
            reading = null;
            answer();
        }
    }

    @Override
    List<Line> lines() {
        return line == null ? List.of() : List.of(line);
    }

    @Override
    void forgetLines() {
        line = null;
        reading = null;
    }

    private @Nullable Turn turn() {
        synchronized (lock) {
            return asked == null ? null : asked.turn();
        }
    }

    private int choose(Choice choice) {
        Logits.max(logits); // all are to be finite, also those that are not asked for
        seen();
        float[] among = Arrays.copyOfRange(logits, choice.first(), choice.first() + choice.count());
        return choice.first() + (chooser == null ? Chooser.GREEDY : chooser).choose(among);
    }

    private void answer() {
        Asked answered;
        synchronized (lock) {
            answered = asked;
            asked = null;
            underWay = false;
        }
        if (answered != null) {
            answered.answer().complete(chosen);
        }
    }

    private void requireRoom(int tokens) {
        if (tokens > mostTokens) {
            throw new ModelException(Reason.TOO_LONG, "tokens: %d (expected: <= %d)".formatted(tokens, mostTokens));
        }
    }
}
