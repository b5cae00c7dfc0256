package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Row;
import dev.sensorium.spi.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a loop does in one turn: a bounded piece of encoding, a bounded piece of reading prompts, and one step of all rows
 * that are decoded. Used by one thread.
 */
final class Engine {

    /** How many more sources are encoded at a time while nobody waits for the next token. */
    private static final int IDLE_PIECES = 4;

    private final DecoderRuns runs;
    private final EncoderStage encoders;
    private final ReadingStage readings;
    private final int encoderPiece;
    private final Pools pools;
    private final List<Job> jobs = new ArrayList<>();
    private final float[][] logits;
    private long steps;
    private long reused;

    Engine(DecoderRuns runs, EncoderStage encoders, Pools pools, LoopOptions options) {
        this.runs = runs;
        this.encoders = encoders;
        this.readings = new ReadingStage(runs, options.pieces().prompt());
        this.encoderPiece = options.pieces().encoder();
        this.pools = pools;
        this.logits = new float[options.slots()][runs.vocabulary()];
    }

    /** Takes a request in if there is room for it. */
    boolean admit(Job job) {
        if (!pools.admit(job.need())) {
            return false;
        }
        jobs.add(job);
        job.attempt(job::started);
        return true;
    }

    /** Does a piece of everything; returns whether there was something to do. */
    boolean turn() {
        boolean live = jobs.stream().anyMatch(job -> job instanceof Generation<?> generation && generation.isLive());
        boolean busy = encoders.run(jobs, encoderPiece * (live ? 1 : IDLE_PIECES));
        jobs.stream()
                .filter(job -> !job.hasBegun() && !job.isFinished())
                .filter(job -> job.encoding().isDone())
                .forEach(job -> job.attempt(() -> begin(job)));
        busy |= listen();
        busy |= readings.run(jobs);
        busy |= step();
        busy |= retire(); // who waits may have room now
        return busy;
    }

    /** Fails all requests and frees what they hold. */
    void failAll(ModelException cause) {
        jobs.forEach(job -> job.fail(cause));
        retire();
    }

    LoopStatus status(int waiting) {
        return new LoopStatus(
                waiting,
                jobs.size(),
                pools.freeSlots(),
                pools.cache().unused(),
                pools.memory().unused(),
                pools.cache().kept(),
                pools.cache().kept() * runs.blockBytes(),
                reused,
                steps);
    }

    /** Frees what finished requests hold; returns whether there were any. */
    boolean retire() {
        boolean any = jobs.removeIf(job -> {
            if (!job.isFinished()) {
                return false;
            }
            job.free();
            pools.dismiss(job.need());
            return true;
        });
        clean();
        return any;
    }

    /** Cleans the blocks that were left by requests that failed, or ended in the middle of something. */
    private void clean() {
        int[] unclean = pools.cache().unclean();
        if (unclean.length > 0) {
            try {
                runs.clear(unclean);
                pools.cache().cleaned(unclean);
            } catch (ModelException e) {
                // They stay unclean, and unused, until it succeeds.
            }
        }
    }

    private void begin(Job job) {
        Map<Source, Remembered> memories = new IdentityHashMap<>();
        List<Line> lines = new ArrayList<>();
        try {
            for (Opening opening : job.openings()) {
                Source source = opening.source();
                if (source != null && !memories.containsKey(source)) {
                    memories.put(source, remember(source, job.encoding().states(source)));
                }
                int[] known = pools.prefixes().find(opening);
                lines.add(Line.after(pools, source == null ? null : memories.get(source), known));
                reused += known.length * (long) pools.cache().paging().blockSize();
            }
            job.begin(lines, runs.vocabulary(), () -> keep(job.openings(), lines));
        } catch (RuntimeException e) {
            lines.forEach(Line::free);
            throw e;
        } finally {
            memories.values().forEach(memory -> pools.memory().leave(memory.blocks()));
        }
    }

    /** Keeps what was read of openings for those that begin like them. */
    private void keep(List<Opening> openings, List<Line> lines) {
        for (int i = 0; i < openings.size(); i++) {
            pools.prefixes().keep(openings.get(i), lines.get(i).fullBlocks());
        }
    }

    /** Has the rows that stay open begin the turns that they were asked for; returns whether there were any. */
    private boolean listen() {
        boolean busy = false;
        for (Job job : jobs) {
            if (job instanceof Exchange exchange && exchange.hasBegun() && exchange.isAsked()) {
                job.attempt(() -> exchange.listen(this::remember));
                busy = true;
            }
        }
        return busy;
    }

    private Remembered remember(Source source, @Nullable States states) {
        if (states == null || states.length() != source.length()) {
            throw new IllegalStateException(
                    "states: %s (expected: %d)".formatted(states == null ? "none" : states.length(), source.length()));
        }
        return remember(states);
    }

    private Remembered remember(States states) {
        int[] blocks = new int[pools.memory().paging().blocksOf(states.length())];
        Arrays.setAll(blocks, i -> pools.memory().take());
        try {
            runs.remember(states, blocks);
            return new Remembered(blocks, states.length());
        } catch (RuntimeException e) {
            pools.memory().leave(blocks);
            throw e;
        }
    }

    /** Lets all rows go on by one token. */
    private boolean step() {
        List<Generation<?>> live = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        Copies copies = new Copies();
        for (Job job : jobs) {
            if (job instanceof Generation<?> generation && generation.isLive() && !job.isFinished()) {
                job.attempt(() -> rows.addAll(generation.rows(copies)));
                live.add(generation);
            }
        }
        live.removeIf(Job::isFinished);
        if (live.isEmpty()) {
            return false;
        }
        if (Job.attempt(live, () -> runs.next(rows, copies, logits))) {
            steps++;
            int from = 0;
            for (Generation<?> generation : live) {
                float[][] own = Arrays.copyOfRange(logits, from, from + generation.rows());
                from += generation.rows();
                generation.attempt(() -> generation.advance(own));
            }
        }
        return true;
    }
}
