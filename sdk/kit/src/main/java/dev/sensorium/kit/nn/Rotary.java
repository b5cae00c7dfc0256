package dev.sensorium.kit.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Positions told by turning queries and keys (Su et al. 2021): pairs of numbers by an angle that grows with the position.
 * A pair are two numbers half a head apart, as in LLaMA.
 */
public final class Rotary {

    private final Ops tf;
    private final int width;
    private final Operand<TFloat32> cosine;
    private final Operand<TFloat32> sine;

    private Rotary(Ops tf, int width, Operand<TFloat32> angles) {
        this.tf = tf;
        this.width = width;
        this.cosine = tf.math.cos(angles);
        this.sine = tf.math.sin(angles);
    }

    /**
     * Returns the turns for the new tokens of rows.
     *
     * @param width d, of a head
     * @param base the slowest pair turns about so many times slower than the fastest
     */
    public static Rotary of(Layers at, Rows rows, int width, double base) {
        if (width % 2 != 0) {
            throw new IllegalArgumentException("width: %d (expected: an even number)".formatted(width));
        }
        Ops tf = at.tf();
        float[] frequencies = new float[width / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / (float) Math.pow(base, 2f * i / width);
        }
        Operand<TFloat32> positions = tf.dtypes.cast(rows.positions(), TFloat32.class);
        Operand<TFloat32> angles =
                tf.math.mul(tf.expandDims(positions, tf.constant(2)), tf.constant(frequencies)); // (B, T, d/2)
        return new Rotary(tf, width, tf.expandDims(angles, tf.constant(2)));
    }

    /** Turns the first n*d columns of (B*T, n*d or more), n heads of them; the others stay as they are. */
    <T extends TNumber> Operand<T> turn(Operand<T> columns, Operand<TInt32> length, int heads, int size) {
        int rest = Arithmetic.width(columns) - size;
        if (rest == 0) {
            return turned(columns, length, heads);
        }
        var split = tf.splitV(columns, tf.constant(new int[] {size, rest}), tf.constant(1), 2L)
                .output();
        return tf.concat(List.of(turned(split.get(0), length, heads), split.get(1)), tf.constant(1));
    }

    private <T extends TNumber> Operand<T> turned(Operand<T> rows, Operand<TInt32> length, int heads) {
        Operand<TInt32> apart = tf.stack(List.of(tf.constant(-1), length, tf.constant(heads), tf.constant(width)));
        Operand<TFloat32> x = tf.reshape(tf.dtypes.cast(rows, TFloat32.class), apart);
        var halves = tf.split(tf.constant(3), x, 2L).output();
        Operand<TFloat32> left = tf.math.sub(tf.math.mul(halves.get(0), cosine), tf.math.mul(halves.get(1), sine));
        Operand<TFloat32> right = tf.math.add(tf.math.mul(halves.get(1), cosine), tf.math.mul(halves.get(0), sine));
        Operand<TFloat32> both = tf.concat(List.of(left, right), tf.constant(3));
        Operand<TInt32> joined = tf.constant(new int[] {-1, heads * width});
        return tf.dtypes.cast(tf.reshape(both, joined), rows.type());
    }
}
