package dev.sensorium.kit.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.IntDataBuffer;
import org.tensorflow.types.TInt32;

/**
 * Rows on their way into a {@link Decoder}, padded with 0, tables with the row's own first block: no row reads what
 * another one computed.
 *
 * @param ids (B, T)
 * @param first (B)
 * @param count (B)
 * @param blocks (B, blocks of the longest)
 * @param memory (B, blocks of the longest)
 * @param memoryLengths (B)
 * @param views (B, T)
 */
record RowTensors(
        TInt32 ids, TInt32 first, TInt32 count, TInt32 blocks, TInt32 memory, TInt32 memoryLengths, TInt32 views)
        implements AutoCloseable {

    /** Tables are padded to a multiple of this, so that there are few shapes of work. */
    private static final int TABLE_STEP = 2;

    /**
     * Returns the tensors of a batch.
     *
     * @param memorySlices how many slices of equal size the encoder's states are gathered in
     */
    static RowTensors of(List<Row> batch, int memorySlices) {
        return new RowTensors(
                matrix(batch.stream().map(Row::ids).toArray(int[][]::new), 1),
                vector(batch, Row::first),
                vector(batch, row -> row.ids().length),
                table(batch, Row::blocks, TABLE_STEP),
                table(batch, Row::memory, memorySlices),
                vector(batch, Row::memoryLength),
                matrix(batch.stream().map(Row::views).toArray(int[][]::new), 1));
    }

    /** Returns T, the most new tokens of a row. */
    int length() {
        return (int) ids.shape().get(1);
    }

    /** Returns a new tensor of rows, each padded to the longest, rounded up to a multiple. */
    static TInt32 matrix(int[][] rows, int multiple) {
        return matrix(rows, multiple, false);
    }

    private static TInt32 table(List<Row> batch, Function<Row, int[]> blocks, int multiple) {
        return matrix(batch.stream().map(blocks).toArray(int[][]::new), multiple, true);
    }

    private static TInt32 matrix(int[][] rows, int multiple, boolean repeatsFirst) {
        int longest = 0;
        for (int[] row : rows) {
            longest = Math.max(longest, row.length);
        }
        int width = (longest + multiple - 1) / multiple * multiple;
        int[] padded = new int[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, padded, i * width, rows[i].length);
            int padding = repeatsFirst && rows[i].length > 0 ? rows[i][0] : 0;
            Arrays.fill(padded, i * width + rows[i].length, (i + 1) * width, padding);
        }
        return TInt32.tensorOf(Shape.of(rows.length, width), tensor -> {
            IntDataBuffer buffer = tensor.asRawTensor().data().asInts();
            buffer.write(padded);
        });
    }

    @Override
    public void close() {
        ids.close();
        first.close();
        count.close();
        blocks.close();
        memory.close();
        memoryLengths.close();
        views.close();
    }

    private static TInt32 vector(List<Row> batch, ToIntFunction<Row> value) {
        return TInt32.vectorOf(batch.stream().mapToInt(value).toArray());
    }
}
