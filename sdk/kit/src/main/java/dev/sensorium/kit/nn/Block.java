package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A part of a stored tensor seen as a matrix: the first dimension are its rows, all others together its columns.
 *
 * @param tensor what it is a part of
 * @param rows the rows that belong to it
 * @param columns the columns that belong to it
 * @param scale what its elements are multiplied by
 * @param channels how many equal parts each row is taken apart into, to be interleaved; 1 leaves it as it is
 * @param transposed whether rows are what the tensor's columns are
 */
record Block(StoredTensor tensor, Span rows, Span columns, float scale, int channels, boolean transposed) {

    static Block of(StoredTensor tensor) {
        long[] shape = tensor.shape();
        int rows = shape.length == 0 ? 1 : Math.toIntExact(shape[0]);
        long columns = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
        return new Block(tensor, Span.of(rows), Span.of(Math.toIntExact(columns)), 1, 1, false);
    }

    Block rows(Span part) {
        return new Block(tensor, part, columns, scale, channels, transposed);
    }

    Block columns(Span part) {
        return new Block(tensor, rows, part, scale, channels, transposed);
    }

    Block times(float factor) {
        return new Block(tensor, rows, columns, scale * factor, channels, transposed);
    }

    /** Returns this block with each row (channels, area) in the order (area, channels). */
    Block channelsLast(int count) {
        return new Block(tensor, rows, columns, scale, count, transposed);
    }

    /** Returns the transpose of a whole stored matrix. */
    Block flipped() {
        return new Block(tensor, columns, rows, scale, channels, !transposed);
    }

    long elements() {
        return (long) rows.size() * columns.size();
    }

    /** Returns the number of columns of the stored matrix that it is a part of. */
    int width() {
        return of(tensor).columns.size();
    }

    /** Returns consecutive elements of that matrix as they are stored, beginning with the first. */
    ByteBuffer stored(long first, int count) {
        int bytes = tensor.dtype().bytes();
        return tensor.data()
                .slice(Math.toIntExact(first * bytes), count * bytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns some rows' elements of one of the columns, of a block that is {@link #transposed}: they follow each other. */
    ByteBuffer storedColumn(int column, Span some) {
        return stored((long) (columns.from() + column) * width() + some.from(), some.size());
    }

    /** Returns the numbers of one row, or of many where nothing is interleaved, in the order that they are to have. */
    FloatBuffer reordered(FloatBuffer numbers) {
        if (channels == 1) {
            return numbers;
        }
        float[] result = new float[numbers.remaining()];
        int area = result.length / channels;
        for (int i = 0; i < result.length; i++) {
            result[i % area * channels + i / area] = numbers.get(i);
        }
        return FloatBuffer.wrap(result);
    }

    /** Tells blocks of one checkpoint apart. */
    String key() {
        return "%s %s %s %s %d %b".formatted(tensor.name(), rows, columns, scale, channels, transposed);
    }
}
