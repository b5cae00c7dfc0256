package dev.sensorium.kit.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor as it lies in a checkpoint: row-major, little-endian, in the file's own element type.
 *
 * @param name the checkpoint's name of it
 * @param dtype the type of its elements
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param data all its bytes; read-only, each accessor call returns a little-endian view with its own position
 */
@SuppressWarnings("ArrayRecordComponent") // the shape that TensorFlow takes; two views of a tensor need not be equal
public record StoredTensor(String name, DType dtype, long[] shape, ByteBuffer data) {

    public StoredTensor {
        shape = shape.clone();
        data = data.asReadOnlyBuffer();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the number of elements. */
    public long elements() {
        return data.remaining() / dtype.bytes();
    }
}
