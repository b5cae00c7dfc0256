package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.StoredTensor;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A part of a stored tensor seen as a matrix: the first dimension are its rows, all others together its columns.
 *
 * @param tensor what it is a part of
 * @param rows the rows that belong to it
 * @param columns the columns that belong to it
 * @param scale what its elements are multiplied by
 */
record Block(StoredTensor tensor, Span rows, Span columns, float scale) {

    static Block of(StoredTensor tensor) {
        long[] shape = tensor.shape();
        int rows = shape.length == 0 ? 1 : Math.toIntExact(shape[0]);
        long columns = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
        return new Block(tensor, Span.of(rows), Span.of(Math.toIntExact(columns)), 1);
    }

    Block rows(Span part) {
        return new Block(tensor, part, columns, scale);
    }

    Block columns(Span part) {
        return new Block(tensor, rows, part, scale);
    }

    Block times(float factor) {
        return new Block(tensor, rows, columns, scale * factor);
    }

    long bytes() {
        return (long) rows.size() * columns.size() * tensor.dtype().bytes();
    }

    /** Copies its elements, row by row and without gaps, to native memory of {@link #bytes} bytes. */
    void copyTo(Pointer target) {
        int width = of(tensor).columns.size();
        long element = tensor.dtype().bytes();
        try (BytePointer source = new BytePointer(tensor.data())) {
            if (columns.size() == width) {
                Pointer.memcpy(target, source.position(rows.from() * width * element), bytes());
                return;
            }
            long rowBytes = columns.size() * element;
            for (int row = 0; row < rows.size(); row++) {
                source.position(((long) (rows.from() + row) * width + columns.from()) * element);
                Pointer.memcpy(target.position(row * rowBytes), source, rowBytes);
            }
        }
    }
}
