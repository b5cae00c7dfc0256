package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Network;
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

    private final Network network;
    private final Decoder decoder;
    private final LoopOptions options;
    private final Pools pools;
    private final EncoderStage encoders;
    private final List<Job> jobs = new ArrayList<>();
    private final float[][] logits;
    private long steps;
    private boolean scoring;

    Engine(Network network, Decoder decoder, EncoderStage encoders, Pools pools, LoopOptions options) {
        this.network = network;
        this.decoder = decoder;
        this.options = options;
        this.pools = pools;
        this.encoders = encoders;
        this.logits = new float[options.slots()][decoder.vocabulary()];
    }

    /** Takes a request in if there is room for it. */
    boolean admit(Job job) {
        if (!pools.admit(job.need())) {
            return false;
        }
        jobs.add(job);
        attempt(job, job::started);
        return true;
    }

    /** Does a piece of everything; returns whether there was something to do. */
    boolean turn() {
        retire();
        boolean live = jobs.stream().anyMatch(job -> job instanceof Generation<?> generation && generation.isLive());
        boolean busy = encoders.run(jobs, options.pieces().encoder() * (live ? 1 : IDLE_PIECES));
        jobs.stream()
                .filter(job -> !job.hasBegun() && !job.isFinished())
                .filter(job -> job.encoding().isDone())
                .forEach(job -> attempt(job, () -> begin(job)));
        busy |= listen();
        busy |= read();
        busy |= step();
        retire();
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
                steps);
    }

    private void retire() {
        jobs.removeIf(job -> {
            if (!job.isFinished()) {
                return false;
            }
            job.free();
            pools.dismiss(job.need());
            return true;
        });
        clean();
    }

    /** Cleans the blocks that were left by requests that failed, or ended in the middle of something. */
    private void clean() {
        int[] unclean = pools.cache().unclean();
        if (unclean.length > 0) {
            try {
                decoder.clear(network, unclean);
                pools.cache().cleaned(unclean);
            } catch (ModelException e) {
                // They stay unclean, and unused, until it succeeds.
            }
        }
    }

    private void begin(Job job) {
        Map<Source, Remembered> memories = new IdentityHashMap<>();
        try {
            List<Line> lines = new ArrayList<>();
            for (Opening opening : job.openings()) {
                Source source = opening.source();
                if (source != null && !memories.containsKey(source)) {
                    memories.put(source, remember(source, job.encoding().states(source)));
                }
                lines.add(Line.of(pools, source == null ? null : memories.get(source)));
            }
            job.begin(lines, decoder.vocabulary());
        } finally {
            memories.values().forEach(memory -> pools.memory().leave(memory.blocks()));
        }
    }

    /** Has the rows that stay open begin the turns that they were asked for; returns whether there were any. */
    private boolean listen() {
        boolean busy = false;
        for (Job job : jobs) {
            if (job instanceof Exchange exchange && exchange.hasBegun() && exchange.isAsked()) {
                attempt(job, () -> exchange.listen(this::remember));
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
            decoder.remember(network, states.values(), blocks);
            return new Remembered(blocks, states.length());
        } catch (RuntimeException e) {
            pools.memory().leave(blocks);
            throw e;
        }
    }

    /** Reads a piece of prompts, or of texts that are scored: in turns, if there are both. */
    private boolean read() {
        scoring = !scoring;
        return scoring ? score() || readPrompts() : readPrompts() || score();
    }

    /** Reads the next tokens of the first prompts, as many as make a piece. */
    private boolean readPrompts() {
        Piece piece = new Piece(options.pieces().prompt());
        List<float[]> targets = new ArrayList<>();
        for (Job job : jobs) {
            for (Reading reading : job.isFinished() ? List.<Reading>of() : job.readings()) {
                if (piece.add(job, reading) > 0) {
                    targets.add(job.target(reading));
                }
            }
        }
        if (targets.isEmpty()) {
            return false;
        }
        float[][] logits = targets.toArray(float[][]::new);
        if (attempt(piece.readers(), () -> next(piece.rows(), piece.copies(), logits))) {
            piece.readers().forEach(job -> attempt(job, job::read));
        }
        return true;
    }

    /** Scores the next tokens of the first texts, as many as make a piece. */
    private boolean score() {
        Piece piece = new Piece(options.pieces().prompt());
        List<Scoring> owners = new ArrayList<>();
        List<Continuation> texts = new ArrayList<>();
        List<int[]> following = new ArrayList<>();
        for (Job job : jobs) {
            if (job instanceof Scoring owner && !job.isFinished()) {
                for (Continuation text : owner.continuations()) {
                    int count = piece.add(job, text.reading());
                    if (count > 0) {
                        owners.add(owner);
                        texts.add(text);
                        following.add(text.following(count));
                    }
                }
            }
        }
        if (texts.isEmpty()) {
            return false;
        }
        attempt(owners, () -> {
            copy(piece.copies());
            float[][] likely = decoder.score(network, piece.rows(), following.toArray(int[][]::new));
            for (int i = 0; i < likely.length; i++) {
                float[] own = likely[i];
                Continuation text = texts.get(i);
                attempt(owners.get(i), () -> text.scored(own));
            }
        });
        owners.stream().distinct().forEach(job -> attempt(job, job::scored));
        return true;
    }

    /** Lets all rows go on by one token. */
    private boolean step() {
        List<Generation<?>> live = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        Copies copies = new Copies();
        for (Job job : jobs) {
            if (job instanceof Generation<?> generation && generation.isLive() && !job.isFinished()) {
                attempt(job, () -> rows.addAll(generation.rows(copies)));
                live.add(generation);
            }
        }
        live.removeIf(Job::isFinished);
        if (live.isEmpty()) {
            return false;
        }
        if (attempt(live, () -> next(rows, copies, logits))) {
            steps++;
            int from = 0;
            for (Generation<?> generation : live) {
                float[][] own = Arrays.copyOfRange(logits, from, from + generation.rows());
                from += generation.rows();
                attempt(generation, () -> generation.advance(own));
            }
        }
        return true;
    }

    private void next(List<Row> rows, Copies copies, float[][] target) {
        copy(copies);
        decoder.next(network, rows, target);
    }

    private void copy(Copies copies) {
        if (!copies.isEmpty()) {
            decoder.copy(network, copies.from(), copies.to());
        }
    }

    /** Does something for all of these; what is thrown ends them all. Returns whether it was done. */
    private static boolean attempt(List<? extends Job> users, Runnable action) {
        try {
            action.run();
            return true;
        } catch (RuntimeException e) {
            users.forEach(job -> job.fail(e));
            return false;
        }
    }

    /** Does something for a request; what is thrown ends the request alone. */
    private static void attempt(Job job, Runnable action) {
        attempt(List.of(job), action);
    }
}
