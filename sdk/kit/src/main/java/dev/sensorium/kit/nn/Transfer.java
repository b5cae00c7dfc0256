package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Some rows of a block on their way from the checkpoint into native memory, where they follow each other without gaps.
 *
 * @param block what they belong to
 * @param rows which of the stored matrix's rows they are
 * @param type the type of numbers that they become
 * @param target where the block's first number is to lie
 */
record Transfer(Block block, Span rows, DType type, BytePointer target) implements Runnable {

    /** About how many numbers one transfer moves. */
    private static final int SIZE = 1 << 20;

    private static final int STEP = 1 << 13;

    /** From so many bytes on, the server's launcher has C leave the caches out. */
    private static final int MANY = 1 << 20;

    /** Returns the transfers that bring all of a block to a target; they may run side by side. */
    static Stream<Transfer> of(Block block, DType type, BytePointer target) {
        Span all = block.rows();
        int size = Math.max(1, SIZE / block.columns().size());
        return IntStream.iterate(all.from(), from -> from < all.to(), from -> from + size)
                .mapToObj(from -> new Span(from, Math.min(from + size, all.to())))
                .map(rows -> new Transfer(block, rows, type, target));
    }

    @Override
    public void run() {
        ByteBuffer to = memory();
        if (block.transposed()) {
            moveFlipped(to);
            return;
        }
        float[] scratch = new float[step()];
        int width = block.width();
        if (block.columns().size() == width && block.channels() == 1) {
            move((long) rows.from() * width, rows.size() * width, to, scratch);
            return;
        }
        for (int row = rows.from(); row < rows.to(); row++) {
            move((long) row * width + block.columns().from(), block.columns().size(), to, scratch);
        }
    }

    /** Returns how many numbers are converted at a time: few enough for a core's cache, or a row to be reordered. */
    private int step() {
        return block.channels() == 1 ? STEP : block.columns().size();
    }

    /** Returns the memory that the rows are to fill. */
    private ByteBuffer memory() {
        long rowBytes = (long) block.columns().size() * type.bytes();
        BytePointer first = target.getPointer((rows.from() - block.rows().from()) * rowBytes);
        return first.limit(rows.size() * rowBytes).asByteBuffer();
    }

    /** Moves consecutive numbers of the stored tensor, beginning with the first, to the next free place. */
    private void move(long first, int count, ByteBuffer to, float[] scratch) {
        DType from = block.tensor().dtype();
        if (from == type && block.scale() == 1 && block.channels() == 1) {
            copy(block.stored(first, count), to);
            return;
        }
        for (int done = 0; done < count; done += scratch.length) {
            int now = Math.min(scratch.length, count - done);
            FloatBuffer values = Numbers.floats(block.stored(first + done, now), from, scratch);
            Numbers.write(block.reordered(values), block.scale(), to.slice().order(ByteOrder.LITTLE_ENDIAN), type);
            to.position(to.position() + now * type.bytes());
        }
    }

    /** Copies bytes; many of them as C does, which may leave the caches out, as Java does not. */
    private static void copy(ByteBuffer from, ByteBuffer to) {
        int bytes = from.remaining();
        if (bytes < MANY) {
            to.put(from);
            return;
        }
        Pointer.memcpy(new BytePointer(to), new BytePointer(from), bytes);
        to.position(to.position() + bytes);
    }

    /** Moves all rows, whose numbers lie below each other in the stored matrix. */
    private void moveFlipped(ByteBuffer to) {
        int columns = block.columns().size();
        float[] matrix = new float[rows.size() * columns];
        float[] scratch = new float[rows.size()];
        for (int column = 0; column < columns; column++) {
            FloatBuffer values = Numbers.floats(
                    block.storedColumn(column, rows), block.tensor().dtype(), scratch);
            for (int row = 0; row < rows.size(); row++) {
                matrix[row * columns + column] = values.get(row);
            }
        }
        Numbers.write(FloatBuffer.wrap(matrix), block.scale(), to.order(ByteOrder.LITTLE_ENDIAN), type);
    }
}
