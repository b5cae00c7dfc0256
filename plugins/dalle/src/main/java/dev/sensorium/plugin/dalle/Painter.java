package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.image.Pixels;
import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.tensorflow.Result;
import org.tensorflow.types.TInt32;

/** Makes pictures of codes, on the threads of those who ask: each by itself, and few at a time, as it takes much memory. */
final class Painter implements AutoCloseable {

    /** How many pictures are painted at a time. */
    static final int AT_A_TIME = 2;

    private final Network network;
    private final DalleGraph graph;
    private final Semaphore places = new Semaphore(AT_A_TIME, true);
    private volatile boolean closed;

    Painter(Network network, DalleGraph graph) {
        this.network = network;
        this.graph = graph;
    }

    /**
     * Paints a picture.
     *
     * @throws ModelException NOT_FINITE if a number of it is none; INTERNAL if this is closed
     */
    Pixels paint(int[] codes) throws InterruptedException {
        places.acquire();
        try {
            if (closed) {
                throw new ModelException(Reason.INTERNAL, "the model is being closed");
            }
            return pixels(codes);
        } finally {
            places.release();
        }
    }

    /** Waits for the pictures that are being painted; no more are. */
    @Override
    public void close() {
        places.acquireUninterruptibly(AT_A_TIME);
        closed = true;
        places.release(AT_A_TIME);
    }

    private Pixels pixels(int[] codes) {
        try (TInt32 fed = Batch.ofInts(List.of(codes));
                Result result = network.run(run -> run.feed(graph.codes(), fed).fetch(graph.pixels()))) {
            int side = Math.toIntExact(graph.pixels().shape().get(1));
            float[] values = new float[side * side * 3];
            result.get(0).asRawTensor().data().asFloats().read(values);
            return new Pixels(side, side, bytes(values));
        }
    }

    /** Returns 0 to 1 as 0 to 255, rounded down as the reference does. */
    private static byte[] bytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelException(
                        Reason.NOT_FINITE, "pixels: %s (expected: finite numbers)".formatted(values[i]));
            }
            bytes[i] = (byte) (values[i] * 255);
        }
        return bytes;
    }
}
