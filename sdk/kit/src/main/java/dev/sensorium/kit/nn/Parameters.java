package dev.sensorium.kit.nn;

import static java.util.stream.Collectors.joining;

import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** The variables of a network under construction, each made of blocks of a checkpoint's tensors. */
final class Parameters {

    private final Ops tf;
    private final Weights weights;
    private final Map<String, Operand<?>> slices = new HashMap<>();
    private final List<WeightVector<?>> vectors = new ArrayList<>();
    private final Map<Class<?>, WeightVector<?>> unfilled = new HashMap<>();
    private final StateVariables state;

    Parameters(Ops tf, Weights weights) {
        this.tf = tf;
        this.weights = weights;
        this.state = new StateVariables(tf);
    }

    /** Returns the variables that are not made of the checkpoint. */
    StateVariables state() {
        return state;
    }

    /**
     * Returns a stored tensor of this shape.
     *
     * @throws ModelException INVALID_CHECKPOINT if there is none, or it has another shape, or holds no numbers
     */
    StoredTensor stored(String name, long... shape) {
        StoredTensor tensor = weights.tensor(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "tensor %s: shape %s (expected: %s)"
                            .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
        }
        TensorTypes.check(tensor);
        return tensor;
    }

    /** Returns the only element of a stored tensor. */
    float scalar(String name, long... shape) {
        StoredTensor tensor = stored(name, shape);
        float value =
                Numbers.floats(tensor.data(), tensor.dtype(), new float[1]).get(0);
        if (!Float.isFinite(value)) {
            throw new ModelException(
                    Reason.NOT_FINITE, "tensor %s: %s (expected: a finite number)".formatted(name, value));
        }
        return value;
    }

    /** Returns these blocks one below the other as a matrix of the type. */
    <T extends TNumber> Operand<T> stacked(Class<T> type, Block... blocks) {
        return tf.reshape(
                flat(type, blocks),
                tf.constant(new int[] {rows(blocks), blocks[0].columns().size()}));
    }

    /** Returns these blocks one below the other, transposed, as a matrix of the type. */
    <T extends TNumber> Operand<T> transposed(Class<T> type, Block... blocks) {
        return tf.reshape(
                slice(type, "transposed ", blocks),
                tf.constant(new int[] {blocks[0].columns().size(), rows(blocks)}));
    }

    /** Returns the numbers of these blocks, one block after the other and each row by row, as a vector of the type. */
    <T extends TNumber> Operand<T> flat(Class<T> type, Block... blocks) {
        return slice(type, "", blocks);
    }

    @SuppressWarnings("unchecked") // the key begins with the type
    private <T extends TNumber> Operand<T> slice(Class<T> type, String order, Block... blocks) {
        String key =
                Arrays.stream(blocks).map(Block::key).collect(joining(", ", type.getSimpleName() + " " + order, ""));
        return (Operand<T>) slices.computeIfAbsent(
                key,
                k -> order.isEmpty()
                        ? unfilled(type).append(blocks)
                        : unfilled(type).appendTransposed(blocks));
    }

    private static int rows(Block... blocks) {
        return Arrays.stream(blocks).mapToInt(block -> block.rows().size()).reduce(0, Math::addExact);
    }

    /** Copies the weights from the checkpoint into variables, which take over the memory that they are copied to. */
    void assign(Session session) {
        if (!vectors.isEmpty()) {
            assign(session, WeightVector::allocate, values -> fill(values, session));
        }
        state.initialise(session);
    }

    /** Assigns a new tensor to each variable, once they are filled. */
    private void assign(
            Session session, Function<WeightVector<?>, Tensor> allocate, Consumer<Map<WeightVector<?>, Tensor>> fill) {
        Map<WeightVector<?>, Tensor> values = new LinkedHashMap<>();
        try {
            vectors.forEach(vector -> values.put(vector, allocate.apply(vector)));
            fill.accept(values);
            Session.Runner runner = session.runner();
            values.forEach((vector, value) -> vector.assign(runner, value));
            runner.run().close();
        } finally {
            values.values().forEach(Tensor::close);
        }
    }

    /**
     * Copies the weights on all cores, while TensorFlow takes in the graph and gets ready to assign: the first run of the
     * same operations waits for that, so one assigns nothing before.
     */
    private void fill(Map<WeightVector<?>, Tensor> values, Session session) {
        CompletableFuture<Void> first =
                CompletableFuture.runAsync(() -> assign(session, WeightVector::allocateNone, none -> {}));
        try {
            values.entrySet().stream()
                    .flatMap(entry -> entry.getKey().transfers(entry.getValue()))
                    .toList()
                    .parallelStream()
                    .forEach(Runnable::run);
        } finally {
            first.join();
        }
    }

    private <T extends TNumber> WeightVector<?> unfilled(Class<T> type) {
        WeightVector<?> last = unfilled.get(type);
        if (last == null || last.isFull()) {
            last = new WeightVector<>(tf, type, vectors.size());
            vectors.add(last);
            unfilled.put(type, last);
        }
        return last;
    }
}
