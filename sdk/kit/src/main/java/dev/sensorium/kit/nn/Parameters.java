package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** The variables of a network under construction, each made of blocks of a checkpoint's tensors. */
final class Parameters {

    /** Bytes of the checkpoint that are assigned in one run: bounds what lies in memory twice while it loads. */
    static final long GROUP_BYTES = 256L << 20;

    private final Ops tf;
    private final Weights weights;
    private final Map<String, VarHandleOp> variables = new HashMap<>();
    private final List<Assignment> assignments = new ArrayList<>();
    private final StateVariables state;

    /** A variable to be assigned, and what is to be fed for it. */
    private record Assignment(Op assign, List<Placeholder<? extends TType>> inputs, List<Block> blocks) {

        long bytes() {
            return blocks.stream().mapToLong(Block::bytes).sum();
        }
    }

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
        float value = TensorTypes.first(Block.of(stored(name, shape)));
        if (!Float.isFinite(value)) {
            throw new ModelException(
                    Reason.NOT_FINITE, "tensor %s: %s (expected: a finite number)".formatted(name, value));
        }
        return value;
    }

    /** Returns the handle of a variable of the type that holds these blocks one below the other. */
    VarHandleOp stacked(Class<? extends TNumber> type, Block... blocks) {
        return variable(type, "stacked", List.of(blocks), value -> value);
    }

    /** Returns the handle of a variable of the type that holds these blocks one below the other, transposed. */
    VarHandleOp transposed(Class<? extends TNumber> type, Block... blocks) {
        return variable(type, "transposed", List.of(blocks), this::transpose);
    }

    /**
     * Returns the handle of a variable of the type that holds a convolution's kernel (out, channels, height, width) as a
     * matrix (height*width*channels, out).
     */
    VarHandleOp kernel(Class<? extends TNumber> type, Block kernel, int channels) {
        int area = kernel.columns().size() / channels;
        Operand<TInt32> byChannel = tf.constant(new int[] {-1, channels, area});
        Operand<TInt32> channelsLast = tf.constant(new int[] {0, 2, 1});
        Operand<TInt32> matrix = tf.constant(new int[] {-1, area * channels});
        return variable(
                type,
                "kernel",
                List.of(kernel),
                value ->
                        transpose(tf.reshape(tf.linalg.transpose(tf.reshape(value, byChannel), channelsLast), matrix)));
    }

    /** Copies the blocks from the checkpoint into the variables. */
    void assign(Session session) {
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < assignments.size(); i++) {
            bytes += assignments.get(i).bytes();
            if (bytes >= GROUP_BYTES || i == assignments.size() - 1) {
                assign(session, assignments.subList(from, i + 1));
                from = i + 1;
                bytes = 0;
            }
        }
        assignments.clear();
        state.initialise(session);
    }

    private static void assign(Session session, List<Assignment> group) {
        List<TType> fed = new ArrayList<>();
        try {
            Session.Runner runner = session.runner();
            for (Assignment assignment : group) {
                for (int i = 0; i < assignment.blocks().size(); i++) {
                    TType tensor = TensorTypes.copy(assignment.blocks().get(i));
                    fed.add(tensor);
                    runner.feed(assignment.inputs().get(i), tensor);
                }
                runner.addTarget(assignment.assign());
            }
            runner.run().close();
        } finally {
            fed.forEach(TType::close);
        }
    }

    private VarHandleOp variable(
            Class<? extends TNumber> type, String form, List<Block> blocks, UnaryOperator<Operand<TFloat32>> layout) {
        String key = "%s %s %s".formatted(type.getSimpleName(), form, describe(blocks));
        return variables.computeIfAbsent(key, k -> declare(type, blocks, layout));
    }

    private VarHandleOp declare(
            Class<? extends TNumber> type, List<Block> blocks, UnaryOperator<Operand<TFloat32>> layout) {
        List<Placeholder<? extends TType>> inputs =
                blocks.stream().map(this::placeholder).toList();
        Operand<TFloat32> value = layout.apply(joined(inputs, blocks));
        // Variables of one shared name would be one variable.
        String name = "parameter-" + variables.size();
        VarHandleOp handle = tf.varHandleOp(type, value.shape(), VarHandleOp.sharedName(name));
        Op assign = tf.assignVariableOp(handle, tf.dtypes.cast(value, type));
        assignments.add(new Assignment(assign, inputs, blocks));
        return handle;
    }

    private Operand<TFloat32> transpose(Operand<TFloat32> matrix) {
        return tf.linalg.transpose(matrix, tf.constant(new int[] {1, 0}));
    }

    private Placeholder<? extends TType> placeholder(Block block) {
        Shape shape = Shape.of(block.rows().size(), block.columns().size());
        return tf.placeholder(TensorTypes.of(block.tensor().dtype()), Placeholder.shape(shape));
    }

    private Operand<TFloat32> joined(List<Placeholder<? extends TType>> inputs, List<Block> blocks) {
        List<Operand<TFloat32>> parts = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Operand<TFloat32> part = tf.dtypes.cast(inputs.get(i), TFloat32.class);
            float scale = blocks.get(i).scale();
            parts.add(scale == 1 ? part : tf.math.mul(part, tf.constant(scale)));
        }
        return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
    }

    private static String describe(List<Block> blocks) {
        return blocks.stream()
                .map(b -> "%s %s %s %s".formatted(b.tensor().name(), b.rows(), b.columns(), b.scale()))
                .toList()
                .toString();
    }
}
