package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.DType;
import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/** TensorFlow's counterparts of stored tensors. */
final class TensorTypes {

    private static final Map<DType, Class<? extends TType>> TYPES = Map.of(
            DType.F16,
            TFloat16.class,
            DType.BF16,
            TBfloat16.class,
            DType.F32,
            TFloat32.class,
            DType.F64,
            TFloat64.class);

    private TensorTypes() {}

    /**
     * Checks that a tensor holds what weights are made of.
     *
     * @throws ModelException INVALID_CHECKPOINT if it does not
     */
    static void check(StoredTensor tensor) {
        if (!TYPES.containsKey(tensor.dtype())) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "tensor %s: dtype %s (expected: one of %s)"
                            .formatted(tensor.name(), tensor.dtype(), new TreeSet<>(TYPES.keySet())));
        }
    }

    /** Returns the TensorFlow type of a stored type that {@link #check} accepts. */
    static Class<? extends TType> of(DType dtype) {
        Class<? extends TType> type = TYPES.get(dtype);
        if (type == null) {
            throw new IllegalArgumentException("dtype " + dtype + " (expected: a floating-point type)");
        }
        return type;
    }

    /** Returns a new tensor (rows, columns) with the block's elements; the caller closes it. */
    static TType copy(Block block) {
        Shape shape = Shape.of(block.rows().size(), block.columns().size());
        TType tensor = Tensor.of(of(block.tensor().dtype()), shape);
        if (block.bytes() > 0) {
            block.copyTo(tensor.asRawTensor().data().accept(ADDRESS));
        }
        return tensor;
    }

    /** Returns the first element of a block. */
    static float first(Block block) {
        try (TType tensor = copy(block)) {
            return tensor instanceof TFloat64 doubles
                    ? (float) doubles.getDouble(0, 0)
                    : ((FloatNdArray) tensor).getFloat(0, 0);
        }
    }

    private static final DataStorageVisitor<Pointer> ADDRESS = new DataStorageVisitor<>() {
        @Override
        public Pointer visit(long start, long length, long scale) {
            return new Pointer() {
                {
                    address = start;
                }
            };
        }

        @Override
        public Pointer fallback() {
            throw new IllegalStateException("a tensor's memory is not native");
        }
    };
}
