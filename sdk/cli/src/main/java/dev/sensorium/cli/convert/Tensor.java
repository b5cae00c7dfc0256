package dev.sensorium.cli.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor of a file that is being converted. Its numbers are read when they are written.
 *
 * @param type of its numbers
 * @param shape its dimensions
 * @param source where its numbers are, row by row, little-endian
 */
record Tensor(DType type, List<Integer> shape, Source source) {

    /** What gives a tensor's numbers. */
    interface Source {
        ByteBuffer read() throws IOException;
    }

    Tensor {
        shape = List.copyOf(shape);
    }

    /** Returns how many bytes its numbers take. */
    long bytes() {
        return shape.stream().mapToLong(Integer::longValue).reduce(type.bytes(), Math::multiplyExact);
    }

    /** Returns the size of a dimension. */
    int size(int dimension) {
        return shape.get(dimension);
    }

    /** Returns one of the tensors that this one is a stack of. */
    Tensor at(int index) {
        List<Integer> rest = shape.subList(1, shape.size());
        int length = Math.toIntExact(bytes() / size(0));
        return new Tensor(type, rest, () -> source.read().slice(index * length, length));
    }

    /** Returns this tensor with its dimensions in another order: the first one is what the first axis names here. */
    Tensor transposed(int... axes) {
        int[] strides = strides(shape);
        int[] moved = Arrays.stream(axes).map(axis -> strides[axis]).toArray();
        List<Integer> sizes = Arrays.stream(axes).mapToObj(shape::get).toList();
        return new Tensor(type, sizes, () -> gathered(source.read(), type.bytes(), sizes, moved, 0));
    }

    /** Returns how far apart neighbours along each dimension lie where rows follow each other. */
    static int[] strides(List<Integer> shape) {
        int[] strides = new int[shape.size()];
        int stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, Math.max(1, shape.get(i)));
        }
        return strides;
    }

    /** Returns numbers that lie somewhere, row by row. */
    static ByteBuffer gathered(ByteBuffer from, int bytes, List<Integer> shape, int[] strides, int first) {
        int count = shape.stream().reduce(1, Math::multiplyExact);
        ByteBuffer to = ByteBuffer.allocate(Math.multiplyExact(count, bytes));
        int[] place = new int[strides.length];
        int at = first;
        for (int i = 0; i < count; i++) {
            to.put(i * bytes, from, at * bytes, bytes);
            for (int d = place.length - 1; d >= 0; d--) {
                at += strides[d];
                if (++place[d] < shape.get(d)) {
                    break;
                }
                at -= place[d] * strides[d];
                place[d] = 0;
            }
        }
        return to;
    }
}
