package dev.sensorium.testkit.echo;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The token loop of an echo model, in small what the loop of a true one is: a thread that gives every stream that has a
 * slot one step a round, while others wait for a slot. Each round passes the {@link EchoGate}.
 */
final class EchoLoop implements AutoCloseable {

    private final EchoTalk talk;
    private final Path folder;
    private final List<EchoStream<?>> live = new ArrayList<>();
    private final Deque<EchoStream<?>> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;
    private boolean closed;

    EchoLoop(EchoTalk talk, Path folder) {
        this.talk = talk;
        this.folder = folder;
    }

    /** Starts to give steps to a stream of these, as soon as a slot is free. */
    synchronized <T> Steps<T> start(Iterator<T> steps) {
        if (live.size() >= talk.slots() && waiting.size() >= talk.queue()) {
            throw new ModelException(
                    Reason.CAPACITY,
                    "generations: %d under way and %d waiting (expected: fewer)"
                            .formatted(live.size(), waiting.size()));
        }
        EchoStream<T> stream = new EchoStream<>(steps, this);
        waiting.add(stream);
        admit();
        if (thread == null) {
            thread = new Thread(this::run, "echo-loop");
            thread.setDaemon(true);
            thread.start();
        }
        return stream;
    }

    /** Has the loop look again whether a stream wants a step. */
    synchronized void wake() {
        notifyAll();
    }

    /** Takes a stream out, at once. */
    synchronized void end(EchoStream<?> stream) {
        if (live.remove(stream)) {
            admit();
        } else {
            waiting.remove(stream);
        }
    }

    private void admit() {
        while (live.size() < talk.slots() && !waiting.isEmpty()) {
            live.add(waiting.remove());
        }
        notifyAll();
    }

    private void run() {
        try {
            for (List<EchoStream<?>> round = round(); !round.isEmpty(); round = round()) {
                EchoGate.pass(folder, round.size());
                Thread.sleep(talk.paceMillis());
                round.forEach(EchoStream::step);
                retire();
            }
        } catch (InterruptedException | ModelException e) {
            // closed, at the gate perhaps
        }
    }

    /** Waits for streams that want a step; returns none when the loop is closed. */
    private synchronized List<EchoStream<?>> round() throws InterruptedException {
        while (!closed) {
            List<EchoStream<?>> wanting =
                    live.stream().filter(EchoStream::wantsStep).toList();
            if (!wanting.isEmpty()) {
                return wanting;
            }
            wait();
        }
        return List.of();
    }

    private synchronized void retire() {
        live.removeIf(EchoStream::isOver);
        admit();
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            notifyAll();
        }
        if (running != null) {
            running.interrupt();
            join(running);
        }
    }

    private static void join(Thread running) {
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
