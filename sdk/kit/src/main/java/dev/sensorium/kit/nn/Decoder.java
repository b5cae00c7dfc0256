package dev.sensorium.kit.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A decoder whose graph is laid: what follows each of its {@link Rows}, and how what it keeps is filled and copied.
 *
 * <p>The same graph reads prompts, many tokens of a row at a time, and continues them by one token each.
 */
public final class Decoder {

    private final Rows rows;
    private final @Nullable Memory memory;
    private final Operand<TFloat32> logits;
    private final Placeholder<TInt32> expected;
    private final Operand<TFloat32> logProbabilities;
    private final List<Op> copying;
    private final List<Op> clearing;

    private Decoder(
            Rows rows,
            @Nullable Memory memory,
            Operand<TFloat32> states,
            UnaryOperator<Operand<TFloat32>> head,
            Ops tf) {
        this.rows = rows;
        this.memory = memory;
        this.logits = head.apply(rows.last(states));
        this.expected = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
        this.logProbabilities = logProbabilities(head, states, tf);
        this.copying = rows.copying();
        this.clearing = rows.clearing();
    }

    /**
     * Ends the laying of a decoder's graph.
     *
     * @param at where the graph is laid
     * @param memory what the encoder made, or null if there is no encoder
     * @param states the rows' last states, (B, T, D)
     * @param head makes logits (N, V) of states (N, D)
     */
    public static Decoder of(
            Layers at,
            Rows rows,
            @Nullable Memory memory,
            Operand<TFloat32> states,
            UnaryOperator<Operand<TFloat32>> head) {
        return new Decoder(rows, memory, states, head, at.tf());
    }

    /** Returns how the rows' keys and values are cut up. */
    public Paging paging() {
        return rows.paging();
    }

    /** Returns the bytes that the keys and values of a block take in all layers. */
    public long blockBytes() {
        return rows.blockBytes();
    }

    /** Returns how the encoder's states are cut up; null if there is no encoder. */
    public @Nullable Paging memoryPaging() {
        return memory == null ? null : memory.paging();
    }

    /** Returns V, the number of logits. */
    public int vocabulary() {
        return Arithmetic.width(logits);
    }

    /**
     * Computes new tokens of rows, and keeps their keys and values.
     *
     * @param target takes the logits (B, V) of what follows each row's last token
     */
    public void next(Network network, List<Row> batch, float[][] target) {
        try (RowTensors tensors = tensors(batch);
                Result result = network.run(run -> feed(run, tensors).fetch(logits))) {
            FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
            long width = vocabulary();
            for (int i = 0; i < batch.size(); i++) {
                buffer.offset(i * width).read(target[i]);
            }
        }
    }

    /**
     * Computes new tokens of rows, and keeps their keys and values.
     *
     * @param following for each row, the tokens that come after each of its new ones
     * @return the natural logarithms of the probabilities of these
     */
    public float[][] score(Network network, List<Row> batch, int[][] following) {
        try (RowTensors tensors = tensors(batch);
                TInt32 targets = RowTensors.matrix(following, tensors.length());
                Result result = network.run(
                        run -> feed(run, tensors).feed(expected, targets).fetch(logProbabilities))) {
            FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
            float[][] scores = new float[batch.size()][];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = new float[following[i].length];
                buffer.offset((long) i * tensors.length()).read(scores[i]);
            }
            return scores;
        }
    }

    /** Copies the keys and values of blocks to other blocks, in all layers. */
    public void copy(Network network, int[] from, int[] to) {
        try (TInt32 sources = TInt32.vectorOf(from);
                TInt32 targets = TInt32.vectorOf(to)) {
            network.run(run -> {
                        copying.forEach(run::addTarget);
                        return run.feed(rows.copied, sources).feed(rows.copies, targets);
                    })
                    .close();
        }
    }

    /**
     * Fills blocks with zeros, in all layers. What was not finite would stay so under the mask of whoever uses them next.
     */
    public void clear(Network network, int[] blocks) {
        try (TInt32 targets = TInt32.vectorOf(blocks)) {
            network.run(run -> {
                        clearing.forEach(run::addTarget);
                        return run.feed(rows.copies, targets);
                    })
                    .close();
        }
    }

    /**
     * Keeps what the encoder made for a sequence.
     *
     * @param states (T, De), row by row
     * @param blocks enough for T
     */
    public void remember(Network network, float[] states, int[] blocks) {
        if (memory == null) {
            throw new IllegalStateException("the decoder has no memory");
        }
        Shape shape = Shape.of(blocks.length, memory.paging().blockSize(), memory.width());
        float[] padded = Arrays.copyOf(states, Math.toIntExact(shape.size()));
        try (TFloat32 values = TFloat32.tensorOf(
                        shape, t -> t.asRawTensor().data().asFloats().write(padded));
                TInt32 targets = TInt32.vectorOf(blocks)) {
            network.run(run -> {
                        memory.storing().forEach(run::addTarget);
                        return run.feed(memory.stored, values).feed(memory.storedBlocks, targets);
                    })
                    .close();
        }
    }

    private RowTensors tensors(List<Row> batch) {
        return RowTensors.of(batch, memory == null ? 1 : memory.slices());
    }

    private Session.Runner feed(Session.Runner run, RowTensors tensors) {
        run.feed(rows.input, tensors.ids())
                .feed(rows.first, tensors.first())
                .feed(rows.count, tensors.count())
                .feed(rows.table, tensors.blocks());
        return memory == null ? run : memory.feed(run, tensors);
    }

    private Operand<TFloat32> logProbabilities(
            UnaryOperator<Operand<TFloat32>> head, Operand<TFloat32> states, Ops tf) {
        int width = Arithmetic.width(states);
        Operand<TFloat32> all = head.apply(tf.reshape(states, tf.constant(new int[] {-1, width})));
        Operand<TInt32> tokens = tf.reshape(expected, tf.constant(new int[] {-1, 1}));
        Operand<TFloat32> picked = tf.gather(tf.nn.logSoftmax(all), tokens, tf.constant(1), Gather.batchDims(1L));
        return tf.reshape(picked, tf.shape(expected));
    }
}
