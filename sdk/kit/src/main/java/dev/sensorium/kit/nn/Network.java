package dev.sensorium.kit.nn;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/**
 * A graph with its weights on a device, ready to run from many threads at once.
 *
 * <p>Closing frees the weights; it is idempotent, and must not happen while a run is under way.
 */
public final class Network implements AutoCloseable {

    private final Graph graph;
    private final Session session;
    private final int branches;
    private final int enough;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Takes over a graph and the session that has its weights.
     *
     * @param branches how many parts of a layer are computed side by side
     * @param precision what its products are computed in
     */
    Network(Graph graph, Session session, int branches, Precision precision) {
        this.graph = graph;
        this.session = session;
        this.branches = branches;
        this.enough = enough(precision);
    }

    /**
     * Returns how many positions of a batch are worth a part of their own. Products in bfloat16 are so fast that what lies
     * between them takes a large share of the time, and in parts no core waits for it.
     */
    private static int enough(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> 800;
            case BFLOAT16 -> 200;
        };
    }

    /**
     * Runs a part of the graph. The caller closes the result and the tensors that it fed.
     *
     * <pre>{@code
     * try (TFloat32 batch = Batch.of(shape, rows);
     *         Result result = network.run(r -> r.feed(pixels, batch).fetch(embeddings))) {
     *     return Batch.rows(result.get(0));
     * }
     * }</pre>
     *
     * @param request says what to feed and what to fetch
     * @throws ModelException CAPACITY if the device has not enough memory left, INTERNAL if TensorFlow fails otherwise
     */
    public Result run(UnaryOperator<Session.Runner> request) {
        if (closed.get()) {
            throw new IllegalStateException("the network is closed");
        }
        try {
            return request.apply(session.runner()).run();
        } catch (TFResourceExhaustedException e) {
            throw new ModelException(Reason.CAPACITY, "the device's memory is exhausted", e);
        } catch (RuntimeException e) { // TensorFlow's exceptions have no common class of their own
            throw new ModelException(Reason.INTERNAL, "the network failed to run", e);
        }
    }

    /**
     * Computes a large batch in parts, side by side, and a smaller one whole. What a layer does between its branches keeps
     * one core busy, and with another part the others are not idle meanwhile.
     *
     * @param positions how many positions of the network a row takes, such as the patches of a picture
     * @param compute runs the network for some of the rows, and answers in their order
     */
    public <I, O> List<O> inParts(List<I> rows, int positions, Function<List<I>, List<O>> compute) {
        long worth = (long) rows.size() * positions / enough;
        int parts = (int) Math.min(worth, Math.min(branches, rows.size()));
        if (parts <= 1) {
            return compute.apply(rows);
        }
        return Span.split(rows.size(), parts).parallelStream()
                .map(part -> compute.apply(rows.subList(part.from(), part.to())))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            session.close();
            graph.close();
        }
    }
}
