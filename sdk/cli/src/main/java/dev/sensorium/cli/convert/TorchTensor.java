package dev.sensorium.cli.convert;

import java.util.List;

/**
 * A tensor of a PyTorch file: a view of a storage.
 *
 * @param storage the numbers that it is a view of
 * @param offset the place of its first number among these
 * @param shape its dimensions
 * @param strides how many numbers of the storage lie between neighbours of each dimension
 */
record TorchTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {

    /**
     * Numbers, one after the other.
     *
     * @param key names them in the file
     * @param count how many there are
     */
    record Storage(String key, TorchType type, long count) {

        long bytes() {
            return Math.multiplyExact(count, type.bytes());
        }
    }

    TorchTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (offset < 0 || shape.size() != strides.size()) {
            throw new IllegalArgumentException("shape %s, strides %s".formatted(shape, strides));
        }
        long last = offset;
        boolean empty = false;
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) < 0 || strides.get(i) < 0) {
                throw new IllegalArgumentException("shape %s, strides %s".formatted(shape, strides));
            }
            empty |= shape.get(i) == 0;
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape.get(i) - 1), strides.get(i)));
        }
        if (!empty && last >= storage.count()) {
            throw new IllegalArgumentException("number %d of %d".formatted(last, storage.count()));
        }
    }

    /** Returns how many numbers it has. */
    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Returns how many bytes these take. */
    long bytes() {
        return Math.multiplyExact(elements(), storage.type().bytes());
    }

    /** Returns whether its numbers lie in the storage one after the other, row by row. */
    boolean isContiguous() {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }
}
