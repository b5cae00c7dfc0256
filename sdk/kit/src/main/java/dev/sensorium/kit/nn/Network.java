package dev.sensorium.kit.nn;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final AtomicBoolean closed = new AtomicBoolean();

    Network(Graph graph, Session session) {
        this.graph = graph;
        this.session = session;
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

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            session.close();
            graph.close();
        }
    }
}
