package dev.sensorium.kit.nn;

/**
 * How memory for sequences is cut up: into blocks that hold the states of so many positions each. Block 0 belongs to
 * nobody: what is computed in vain goes there.
 *
 * @param blocks how many there are, block 0 included
 * @param blockSize positions in each
 */
public record Paging(int blocks, int blockSize) {

    public Paging {
        if (blocks < 2 || blockSize < 1) {
            throw new IllegalArgumentException(
                    "paging: %d blocks of %d (expected: >= 2 of >= 1)".formatted(blocks, blockSize));
        }
    }

    /** Returns enough blocks for so many positions, and block 0. */
    public static Paging of(long positions, int blockSize) {
        return new Paging(Math.toIntExact((positions + blockSize - 1) / blockSize + 1), blockSize);
    }

    /** Returns the bytes of all blocks, for so many numbers of each position. */
    public long bytes(long numbers, Precision precision) {
        return blocks * (long) blockSize * numbers * precision.bytes();
    }

    /** Returns how many blocks so many positions take. */
    public int blocksOf(int positions) {
        return (positions + blockSize - 1) / blockSize;
    }
}
