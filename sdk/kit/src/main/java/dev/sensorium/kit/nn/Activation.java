package dev.sensorium.kit.nn;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/** An element-wise non-linearity, by the exact formula of the name that a {@code config.json} gives it. */
public enum Activation {
    /** x·σ(1.702·x), of OpenAI's CLIP. */
    QUICK_GELU("quick_gelu"),
    /** x·Φ(x) = x/2·(1 + erf(x/√2)), of Hendrycks and Gimpel. */
    GELU("gelu"),
    /** The approximation of GELU by tanh, of GPT-2. */
    GELU_NEW("gelu_new"),
    /** The same approximation under the name that PyTorch gave it, of SigLIP. */
    GELU_PYTORCH_TANH("gelu_pytorch_tanh"),
    /** x·σ(x). */
    SILU("silu"),
    /** The greater of x and 0. */
    RELU("relu");

    private final String configName;

    Activation(String configName) {
        this.configName = configName;
    }

    /** Returns all activations by the names that configurations use. */
    public static Map<String, Activation> byName() {
        return Arrays.stream(values()).collect(Collectors.toMap(a -> a.configName, Function.identity()));
    }

    /**
     * Returns what this activation multiplies its input by before anything else, so that the layer before can do it for
     * nothing.
     */
    float gain() {
        return this == QUICK_GELU ? 1.702f : 1;
    }

    /** Returns the {@link #gain} times this activation of each element of x, for the input {@code gained}, gain·x. */
    <T extends TNumber> Operand<T> applyToGained(Ops tf, Operand<T> gained) {
        return this == QUICK_GELU ? SILU.apply(tf, gained) : apply(tf, gained);
    }

    /** Applies this activation to each element of x. */
    <T extends TNumber> Operand<T> apply(Ops tf, Operand<T> x) {
        return switch (this) {
            case QUICK_GELU -> {
                Operand<T> gain = constant(tf, x, gain());
                yield tf.math.div(applyToGained(tf, tf.math.mul(x, gain)), gain);
            }
            case GELU -> {
                Operand<T> bend = tf.math.erf(tf.math.mul(x, constant(tf, x, Math.sqrt(0.5))));
                yield tf.math.mul(tf.math.mul(x, constant(tf, x, 0.5)), tf.math.add(bend, constant(tf, x, 1)));
            }
            case GELU_NEW, GELU_PYTORCH_TANH -> tf.math.mul(x, tf.math.sigmoid(twiceTanhArgument(tf, x)));
            case SILU -> tf.math.mul(x, tf.math.sigmoid(x));
            case RELU -> tf.nn.relu(x);
        };
    }

    /**
     * Returns 2·√(2/π)·(x + 0.044715·x³). As tanh(z) is 2·σ(2·z) - 1, x/2·(1 + tanh(z)) is x·σ(2·z): a third of the operations
     * less, and nothing cancels where x is negative.
     */
    private static <T extends TNumber> Operand<T> twiceTanhArgument(Ops tf, Operand<T> x) {
        double gain = 2 * Math.sqrt(2 / Math.PI);
        Operand<T> bent = tf.math.mul(tf.math.square(x), constant(tf, x, 0.044715 * gain));
        return tf.math.mul(x, tf.math.add(bent, constant(tf, x, gain)));
    }

    private static <T extends TNumber> Operand<T> constant(Ops tf, Operand<T> like, double value) {
        return tf.dtypes.cast(tf.constant((float) value), like.type());
    }
}
