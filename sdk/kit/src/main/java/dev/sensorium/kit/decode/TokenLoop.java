package dev.sensorium.kit.decode;

import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The thread that decodes the requests of one model together. Requests join and leave between steps; in each turn it lets
 * go who is finished, admits who waits, in order, encodes a bounded piece, reads a bounded piece of prompts, lets all rows
 * go on by one token, and hands out what was chosen.
 *
 * <p>A request is admitted when the most that it may ever take is free, so that none is ever put back. Closing ends all
 * requests with an error.
 */
public final class TokenLoop implements AutoCloseable {

    private final LoopOptions options;
    private final Pools pools;
    private final boolean encodes;
    private final Engine engine;
    private final WaitingRoom waiting;
    private final Thread thread;
    private volatile LoopStatus status;

    private TokenLoop(Network network, Decoder decoder, @Nullable Encoder encoder, LoopOptions options) {
        this.options = options;
        this.pools = new Pools(options.slots(), decoder.paging(), decoder.memoryPaging());
        this.encodes = decoder.memoryPaging() != null;
        EncoderStage encoders = new EncoderStage(encoder, options.encoderBytes());
        this.engine = new Engine(new DecoderRuns(network, decoder), encoders, pools, options);
        this.waiting = new WaitingRoom(options.waiting());
        this.status = engine.status(0);
        this.thread = new Thread(this::run, "token-loop");
    }

    /**
     * Starts to decode on a network, which must stay open until the loop is closed.
     *
     * @param encoder makes what the decoder attends to; null if it has no memory
     */
    public static TokenLoop start(Network network, Decoder decoder, @Nullable Encoder encoder, LoopOptions options) {
        TokenLoop loop = new TokenLoop(network, decoder, encoder, options);
        loop.thread.setDaemon(true);
        loop.thread.start();
        return loop;
    }

    /**
     * Has a request wait for its turn.
     *
     * @param openings one for each of the search's prompts
     * @param maxTokens the most tokens that the search chooses for a row
     * @throws ModelException CAPACITY if too many wait, TOO_LONG if there is never room for it
     */
    public <E> Steps<E> generate(List<Opening> openings, Search search, int maxTokens, Output<E> output) {
        if (openings.size() != search.prompts()) {
            throw new IllegalArgumentException(
                    "openings: %d (expected: %d)".formatted(openings.size(), search.prompts()));
        }
        int rows = Math.max(search.prompts(), search.rows());
        Need need = Need.of(openings, rows, maxTokens - 1, pools);
        requireRoom(need);
        requireSources(openings);
        Channel<E> channel = new Channel<>(waiting::wake, waiting::wake);
        waiting.add(new Generation<>(openings, need, search, output, channel));
        return channel;
    }

    /**
     * Has texts wait for their turn to be scored after a prompt; the scores come in order.
     *
     * @param texts the tokens of each, the one that ends it included; at least one
     * @throws ModelException CAPACITY if too many requests wait, TOO_LONG if there is never room for it
     */
    public Steps<Score> score(Opening prompt, List<int[]> texts) {
        if (texts.isEmpty() || texts.stream().anyMatch(text -> text.length == 0)) {
            throw new IllegalArgumentException("texts: none, or one of 0 tokens (expected: >= 1 of >= 1)");
        }
        int longest = texts.stream().mapToInt(text -> text.length).max().getAsInt();
        int sideBySide = Math.min(options.slots(), texts.size());
        Need need = Need.ofScoring(prompt, sideBySide, longest, pools);
        while (sideBySide > 1 && need.blocks() > pools.cache().size()) {
            sideBySide--;
            need = Need.ofScoring(prompt, sideBySide, longest, pools);
        }
        requireRoom(need);
        requireSources(List.of(prompt));
        Channel<Score> channel = new Channel<>(waiting::wake, waiting::wake);
        waiting.add(new Scoring(prompt, texts, need, sideBySide, channel));
        return channel;
    }

    /**
     * Opens a row that is given tokens and asked for others in turns, until it is closed. Like a request it waits for its
     * place; turns that it is asked for before that wait with it.
     *
     * @param mostTokens the most tokens that the row has at any time
     * @param mostStates the most states that its tokens stand for at any time
     * @param strategy how tokens are chosen: greedy or sampled
     * @throws ModelException CAPACITY if too many requests wait, TOO_LONG if there is never room for it
     */
    public Dialogue open(int mostTokens, int mostStates, Decoding.Strategy strategy) {
        Need need = new Need(
                1,
                pools.cache().paging().blocksOf(mostTokens),
                pools.memory().paging().blocksOf(mostStates));
        requireRoom(need);
        Exchange exchange = new Exchange(need, pools, mostTokens, strategy, waiting::wake);
        waiting.add(exchange);
        return exchange;
    }

    /** Returns what it is at. */
    public LoopStatus status() {
        return status;
    }

    @Override
    public void close() {
        waiting.close();
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
        try {
            boolean busy = false;
            while (waiting.await(busy)) {
                busy = turn();
                status = engine.status(waiting.size());
            }
        } finally {
            end();
        }
    }

    private boolean turn() {
        try {
            engine.retire(); // before others are let in: nothing else may wake the loop once more
            waiting.admit(engine::admit);
            return engine.turn();
        } catch (RuntimeException | Error e) { // whatever it was, the next requests are not to suffer from it
            engine.failAll(new ModelException(Reason.INTERNAL, "the loop failed", e));
            return true;
        }
    }

    private void end() {
        ModelException cause = new ModelException(Reason.INTERNAL, "the model is being closed");
        waiting.clear().forEach(job -> job.fail(cause));
        engine.failAll(cause);
        status = engine.status(0);
    }

    private void requireRoom(Need need) {
        require("rows", need.rows(), pools.slots());
        require("blocks of tokens", need.blocks(), pools.cache().size());
        require("blocks of states", need.memoryBlocks(), pools.memory().size());
    }

    private static void require(String what, int count, int most) {
        if (count > most) {
            throw new ModelException(Reason.TOO_LONG, "%s: %d (expected: <= %d)".formatted(what, count, most));
        }
    }

    private void requireSources(List<Opening> openings) {
        for (Opening opening : openings) {
            if ((opening.source() != null) != encodes) {
                throw new IllegalArgumentException(
                        "source: %s (expected: %s)".formatted(opening.source(), encodes ? "one" : "none"));
            }
        }
    }
}
