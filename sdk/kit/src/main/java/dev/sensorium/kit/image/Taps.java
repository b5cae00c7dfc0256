package dev.sensorium.kit.image;

/**
 * The weighted input pixels of every output pixel along one axis (Pillow's precompute_coeffs and normalize_coeffs_8bpc).
 * Every output has room for {@code size} weights.
 */
@SuppressWarnings("ArrayRecordComponent") // a table of one resize, never compared
record Taps(int count, int size, int[] starts, int[] lengths, int[] weights) {

    private static final int PRECISION = 1 << 22;

    /**
     * Computes the weights of some outputs.
     *
     * @param from pixels of the input
     * @param to pixels of the whole output
     * @param first the first output that is wanted
     * @param count how many are wanted
     */
    static Taps of(int from, int to, int first, int count, ResampleFilter filter) {
        double scale = (double) from / to;
        double stretch = Math.max(scale, 1);
        double support = from == to ? 0 : filter.support() * stretch;
        int size = (int) Math.ceil(support) * 2 + 1;
        Taps taps = new Taps(count, size, new int[count], new int[count], new int[Math.multiplyExact(size, count)]);
        double[] exact = new double[size];
        for (int i = 0; i < count; i++) {
            if (from == to) {
                taps.set(i, first + i, 1, new double[] {1});
                continue;
            }
            double center = (first + i + 0.5) * scale;
            int start = Math.max(0, (int) (center - support + 0.5));
            int length = Math.min(from, (int) (center + support + 0.5)) - start;
            double sum = 0;
            for (int j = 0; j < length; j++) {
                exact[j] = filter.weight((j + start - center + 0.5) * (1 / stretch));
                sum += exact[j];
            }
            for (int j = 0; j < length && sum != 0; j++) {
                exact[j] /= sum;
            }
            taps.set(i, start, length, exact);
        }
        return taps;
    }

    int start(int output) {
        return starts[output];
    }

    int length(int output) {
        return lengths[output];
    }

    /** Returns where this output's weights begin. */
    int offset(int output) {
        return output * size;
    }

    /** Returns the first input that any output takes. */
    int first() {
        return starts[0];
    }

    /** Returns the input after the last that any output takes. */
    int last() {
        return starts[count - 1] + lengths[count - 1];
    }

    private void set(int output, int start, int length, double[] exact) {
        starts[output] = start;
        lengths[output] = length;
        for (int j = 0; j < length; j++) {
            weights[offset(output) + j] = (int) (exact[j] * PRECISION + (exact[j] < 0 ? -0.5 : 0.5));
        }
    }
}
