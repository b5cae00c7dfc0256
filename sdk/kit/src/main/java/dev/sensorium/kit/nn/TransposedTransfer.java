package dev.sensorium.kit.nn;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;

/**
 * Some rows of a block on their way from the checkpoint into native memory as float32, where they become columns.
 *
 * @param block what they belong to
 * @param rows which of the stored matrix's rows they are
 * @param target where the block's first number is to lie
 * @param step how many numbers after one column begins the next
 */
record TransposedTransfer(Block block, Span rows, BytePointer target, int step) implements Runnable {

    /** How many rows one transfer moves: enough for whole lines of a core's cache, few enough to stay in it. */
    private static final int SIZE = 64;

    /** Returns the transfers that bring all of a block to a target; they may run side by side. */
    static Stream<TransposedTransfer> of(Block block, BytePointer target, int step) {
        Span all = block.rows();
        return IntStream.iterate(all.from(), from -> from < all.to(), from -> from + SIZE)
                .mapToObj(from -> new Span(from, Math.min(from + SIZE, all.to())))
                .map(rows -> new TransposedTransfer(block, rows, target, step));
    }

    @Override
    public void run() {
        int count = rows.size();
        int columns = block.columns().size();
        float[] turned = block.transposed() ? kept(count, columns) : turned(count, columns);
        int group = Math.max(1, Integer.MAX_VALUE / Float.BYTES / step - 1);
        for (int from = 0; from < columns; from += group) {
            FloatBuffer to = memory(from, Math.min(group, columns - from));
            for (int column = from; column < Math.min(from + group, columns); column++) {
                to.put((column - from) * step, turned, column * count, count);
            }
        }
    }

    /** Returns the rows' numbers, multiplied, column by column, which is how they are stored. */
    private float[] kept(int count, int columns) {
        float[] kept = new float[count * columns];
        float[] scratch = new float[count];
        for (int column = 0, at = 0; column < columns; column++) {
            FloatBuffer values = Numbers.floats(
                    block.storedColumn(column, rows), block.tensor().dtype(), scratch);
            for (int i = 0; i < count; i++, at++) {
                kept[at] = values.get(i) * block.scale();
            }
        }
        return kept;
    }

    /** Returns the rows' numbers, multiplied, column by column. */
    private float[] turned(int count, int columns) {
        float[] row = new float[columns];
        float[] turned = new float[count * columns];
        float scale = block.scale();
        for (int i = 0; i < count; i++) {
            long first =
                    (long) (rows.from() + i) * block.width() + block.columns().from();
            block.reordered(Numbers.floats(
                            block.stored(first, columns), block.tensor().dtype(), row))
                    .get(row);
            for (int column = 0, at = i; column < columns; column++, at += count) {
                turned[at] = row[column] * scale;
            }
        }
        return turned;
    }

    /** Returns the memory from where the rows' part of one column begins to where that of the last of so many ends. */
    private FloatBuffer memory(int column, int columns) {
        long numbers = (long) (columns - 1) * step + rows.size();
        long first = (long) column * step + rows.from() - block.rows().from();
        return target.getPointer(first * Float.BYTES)
                .limit(numbers * Float.BYTES)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }
}
