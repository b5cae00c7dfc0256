package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request in a loop. Used by the loop's thread alone. */
abstract class Job {

    private final List<Opening> openings;
    private final Need need;
    private final Encoding encoding;
    private boolean begun;
    private int reused;
    private boolean unseen;
    private @Nullable Runnable whenRead;
    private boolean finished;

    Job(List<Opening> openings, Need need) {
        this.openings = List.copyOf(openings);
        this.need = need;
        this.encoding = new Encoding(openings);
    }

    /** Returns what its rows begin with. */
    final List<Opening> openings() {
        return openings;
    }

    final Need need() {
        return need;
    }

    /** Returns what the encoder made for it so far. */
    final Encoding encoding() {
        return encoding;
    }

    final int promptTokens() {
        return openings.stream().mapToInt(opening -> opening.ids().length).sum();
    }

    final int encoded() {
        return encoding.encoded();
    }

    final int hits() {
        return encoding.hits();
    }

    /** Returns how many tokens of its prompts need not be read. */
    final int reused() {
        return reused;
    }

    /** Returns whether nothing is left to do. */
    final boolean isFinished() {
        return finished || isClosed();
    }

    final void finish() {
        finished = true;
    }

    /** Does something for it; what is thrown ends it alone. */
    final void attempt(Runnable action) {
        attempt(List.of(this), action);
    }

    /** Does something for all of these; what is thrown ends them all. Returns whether it was done. */
    static boolean attempt(List<? extends Job> jobs, Runnable action) {
        try {
            action.run();
            return true;
        } catch (RuntimeException e) {
            jobs.forEach(job -> job.fail(e));
            return false;
        }
    }

    /** Ends it with an error. */
    final void fail(RuntimeException cause) {
        finish();
        failed(
                cause instanceof ModelException known
                        ? known
                        : new ModelException(Reason.INTERNAL, "the request failed", cause));
    }

    /** Returns whether its prompts have lines. */
    final boolean hasBegun() {
        return begun;
    }

    /**
     * Takes the lines of its openings, of no tokens yet or of the first ones.
     *
     * @param whenRead what is done when all openings are read, and proved finite
     */
    final void begin(List<Line> prompts, int vocabulary, Runnable whenRead) {
        begun = true;
        reused = prompts.stream().mapToInt(Line::length).sum();
        this.whenRead = whenRead;
        encoding.forget();
        take(prompts, vocabulary);
    }

    /** Tells that keys and values are being computed for it. */
    final void computing() {
        unseen = true;
    }

    /** Tells that what follows from all its keys and values was looked at, and is finite; so they are. */
    final void seen() {
        unseen = false;
        if (whenRead != null) {
            whenRead.run();
            whenRead = null;
        }
    }

    /** Frees its lines. */
    final void free() {
        if (unseen) {
            lines().forEach(Line::doubt);
        }
        lines().forEach(Line::free);
        forgetLines();
    }

    /** Returns whether the caller wants no more of it. */
    abstract boolean isClosed();

    /** Tells the caller that it ended with an error. */
    abstract void failed(ModelException cause);

    /** Tells that the wait is over. */
    abstract void started();

    /** Takes the lines of its openings, of no tokens yet or of the first ones. */
    abstract void take(List<Line> prompts, int vocabulary);

    /** Returns the prompts to be read. */
    abstract List<Reading> readings();

    /** Returns where the logits go that follow what is read of a prompt. */
    abstract float[] target(Reading reading);

    /** Tells that some of the prompts were read, or all. */
    abstract void read();

    /** Returns the lines that it holds. */
    abstract List<Line> lines();

    abstract void forgetLines();
}
