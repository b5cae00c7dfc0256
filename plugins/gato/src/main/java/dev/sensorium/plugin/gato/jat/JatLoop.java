package dev.sensorium.plugin.gato.jat;

import dev.sensorium.plugin.gato.jat.History.Reading;
import dev.sensorium.plugin.gato.jat.Seat.Turn;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The thread that reads for the episodes of one model: what all of them observe meanwhile in one run, demonstrations one at
 * a time between these. Closing ends all episodes with an error.
 */
final class JatLoop implements AutoCloseable {

    private final JatRuns runs;
    private final Places places;
    private final int episodes;
    private final Thread thread;

    private final Object lock = new Object();
    private final List<Turn> waiting = new ArrayList<>();
    private int open;
    private boolean longOnesNext;
    private boolean closed;

    private JatLoop(JatRuns runs, Places places, int episodes) {
        this.runs = runs;
        this.places = places;
        this.episodes = episodes;
        this.thread = new Thread(this::run, "jat-loop");
    }

    /**
     * Starts to read on a network, which must stay open until the loop is closed.
     *
     * @param places one for each episode
     */
    static JatLoop start(JatRuns runs, Places places) {
        JatLoop loop = new JatLoop(runs, places, places.free());
        loop.thread.setDaemon(true);
        loop.thread.start();
        return loop;
    }

    /**
     * Lets an episode in.
     *
     * @throws ModelException CAPACITY if too many are open
     */
    Seat open() {
        synchronized (lock) {
            if (open == episodes) {
                throw new ModelException(
                        Reason.CAPACITY, "episodes: %d are open (expected: < %d)".formatted(open, episodes));
            }
            open++;
            return new Seat();
        }
    }

    /** Has an episode read, and asks what follows: how likely each discrete action is, or numbers. */
    CompletionStage<float[]> next(Seat seat, Reading reading, boolean discrete, int count) {
        Turn turn = new Turn(seat, reading, discrete, count, new CompletableFuture<>());
        synchronized (lock) {
            if (seat.closed) {
                return CompletableFuture.failedFuture(new CancellationException("the episode is closed"));
            }
            if (closed || seat.failure != null) {
                return CompletableFuture.failedFuture(seat.failure == null ? closing() : seat.failure);
            }
            if (seat.turn != null) {
                throw new IllegalStateException("an action is under way");
            }
            seat.turn = turn;
            waiting.add(turn);
            lock.notifyAll();
        }
        return turn.answer();
    }

    /** Lets an episode go; its turn is cancelled. */
    void leave(Seat seat) {
        Turn left;
        synchronized (lock) {
            if (seat.closed) {
                return;
            }
            seat.closed = true;
            open--;
            left = seat.turn;
            seat.turn = null;
            waiting.removeIf(turn -> turn.seat() == seat);
            if (!seat.underWay) {
                giveBack(seat);
            }
        }
        if (left != null) {
            left.answer().completeExceptionally(new CancellationException("the episode is closed"));
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Turn> batch = await();
        while (!batch.isEmpty()) {
            read(batch);
            batch = await();
        }
    }

    /** Waits for turns and returns those that are read together; once the loop is closed, none. */
    private List<Turn> await() {
        List<Turn> batch = new ArrayList<>();
        synchronized (lock) {
            while (waiting.isEmpty() && !closed) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    closed = true; // nobody interrupts it but to end it
                }
            }
            batch.addAll(closed ? waiting : together());
            waiting.removeAll(batch);
            batch.forEach(turn -> turn.seat().underWay = true);
            if (!closed) {
                return batch;
            }
        }
        fail(batch, closing());
        return List.of();
    }

    private List<Turn> together() {
        List<Turn> usual = waiting.stream().filter(turn -> !turn.isLong()).toList();
        boolean longOne = usual.isEmpty() || (longOnesNext && usual.size() < waiting.size());
        longOnesNext = !longOne;
        return longOne ? waiting.stream().filter(Turn::isLong).limit(1).toList() : usual;
    }

    private void read(List<Turn> batch) {
        try {
            for (Turn turn : batch) {
                if (!turn.seat().hasPlace()) {
                    turn.seat().take(places.take(runs::clear));
                }
            }
            List<float[]> answers = runs.read(batch);
            for (int i = 0; i < answers.size(); i++) {
                answer(batch.get(i), answers.get(i));
            }
        } catch (ModelException e) {
            fail(batch, e);
        } catch (RuntimeException | Error e) { // whatever it was, the next turns are not to suffer from it
            fail(batch, new ModelException(Reason.INTERNAL, "the loop failed", e));
        }
        synchronized (lock) {
            for (Turn turn : batch) {
                turn.seat().underWay = false;
                if (turn.seat().closed) {
                    giveBack(turn.seat());
                }
            }
        }
    }

    private void answer(Turn turn, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                String message = "output: %s (expected: finite numbers)".formatted(value);
                fail(List.of(turn), new ModelException(Reason.NOT_FINITE, message));
                return;
            }
        }
        synchronized (lock) {
            turn.seat().turn = null;
        }
        turn.answer().complete(values);
    }

    private void fail(List<Turn> turns, ModelException cause) {
        synchronized (lock) {
            turns.forEach(turn -> {
                turn.seat().failure = cause;
                turn.seat().turn = null;
            });
        }
        turns.forEach(turn -> turn.answer().completeExceptionally(cause));
    }

    private void giveBack(Seat seat) {
        if (seat.hasPlace()) {
            places.giveBack(seat.leave(), seat.failure == null);
        }
    }

    private static ModelException closing() {
        return new ModelException(Reason.INTERNAL, "the model is being closed");
    }
}
