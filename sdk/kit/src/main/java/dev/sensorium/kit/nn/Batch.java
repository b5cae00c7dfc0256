package dev.sensorium.kit.nn;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.ndarray.buffer.IntDataBuffer;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Rows of numbers on their way into tensors and back. */
public final class Batch {

    private Batch() {}

    /**
     * Returns a new tensor (B, item) of B rows; the caller closes it.
     *
     * @param item the shape of one row, whose product is each row's length
     */
    public static TFloat32 ofFloats(Shape item, List<float[]> rows) {
        return TFloat32.tensorOf(item.prepend(rows.size()), tensor -> {
            FloatDataBuffer buffer = tensor.asRawTensor().data().asFloats();
            for (int i = 0; i < rows.size(); i++) {
                buffer.offset(i * item.size()).write(rows.get(i));
            }
        });
    }

    /** Returns a new tensor (B, T) of B rows of T integers, B at least 1; the caller closes it. */
    public static TInt32 ofInts(List<int[]> rows) {
        int length = rows.get(0).length;
        return TInt32.tensorOf(Shape.of(rows.size(), length), tensor -> {
            IntDataBuffer buffer = tensor.asRawTensor().data().asInts();
            for (int i = 0; i < rows.size(); i++) {
                buffer.offset((long) i * length).write(rows.get(i));
            }
        });
    }

    /**
     * Returns the rows of a float tensor (B, D).
     *
     * @throws ModelException NOT_FINITE if a number is infinite or not a number
     */
    public static List<float[]> rows(Tensor tensor) {
        int length = Math.toIntExact(tensor.shape().get(1));
        FloatDataBuffer buffer = tensor.asRawTensor().data().asFloats();
        List<float[]> rows = new ArrayList<>();
        for (long i = 0; i < tensor.shape().get(0); i++) {
            float[] row = new float[length];
            buffer.offset(i * length).read(row);
            requireFinite(row);
            rows.add(row);
        }
        return rows;
    }

    private static void requireFinite(float[] row) {
        for (int i = 0; i < row.length; i++) {
            if (!Float.isFinite(row[i])) {
                throw new ModelException(
                        Reason.NOT_FINITE, "output[%d]: %s (expected: a finite number)".formatted(i, row[i]));
            }
        }
    }
}
