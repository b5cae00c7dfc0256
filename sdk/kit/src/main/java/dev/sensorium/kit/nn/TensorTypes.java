package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.DType;
import dev.sensorium.kit.checkpoint.StoredTensor;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** What of stored tensors and of TensorFlow's answers to each other. */
final class TensorTypes {

    private static final Set<DType> WEIGHTS = EnumSet.of(DType.F16, DType.BF16, DType.F32, DType.F64);

    private static final Map<Class<? extends TNumber>, DType> VARIABLES =
            Map.of(TFloat32.class, DType.F32, TBfloat16.class, DType.BF16);

    private TensorTypes() {}

    /**
     * Checks that a tensor holds what weights are made of.
     *
     * @throws ModelException INVALID_CHECKPOINT if it does not
     */
    static void check(StoredTensor tensor) {
        if (!WEIGHTS.contains(tensor.dtype())) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "tensor %s: dtype %s (expected: one of %s)".formatted(tensor.name(), tensor.dtype(), WEIGHTS));
        }
    }

    /** Returns the stored type that has the layout of a type of variables. */
    static DType stored(Class<? extends TNumber> type) {
        DType stored = VARIABLES.get(type);
        if (stored == null) {
            throw new IllegalArgumentException(
                    "variable of %s (expected: TFloat32 or TBfloat16)".formatted(type.getSimpleName()));
        }
        return stored;
    }

    /** Returns the address of a tensor's first number. */
    static BytePointer address(Tensor tensor) {
        return new BytePointer(tensor.asRawTensor().data().accept(ADDRESS));
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
