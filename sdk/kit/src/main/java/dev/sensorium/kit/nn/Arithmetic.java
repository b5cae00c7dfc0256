package dev.sensorium.kit.nn;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Matrix products in one type T, with weights as checkpoints hold them: (out, in).
 *
 * <p>Values come in from float32 by {@link #enter}, stay in T between products, and go back by {@link #leave}.
 *
 * @param branches how many parts a layer is to be computed in, side by side
 */
record Arithmetic<T extends TNumber>(Ops tf, Parameters parameters, Class<T> type, int branches) {

    /** Returns x (..., D) as rows (N, D). */
    Operand<T> enter(Operand<TFloat32> x) {
        return tf.dtypes.cast(tf.reshape(x, tf.constant(new int[] {-1, width(x)})), type);
    }

    /** Returns the sum of parts (N, E) in the form (..., E) of what they were computed from, x (..., D). */
    Operand<TFloat32> leave(List<Operand<T>> parts, Operand<TFloat32> x) {
        int outer = x.shape().numDimensions() - 1;
        return sum(parts, tf.slice(tf.shape(x), tf.constant(new int[] {0}), tf.constant(new int[] {outer})));
    }

    /** Returns the sum of parts (N, E) with these dimensions in place of the first. */
    Operand<TFloat32> sum(List<Operand<T>> parts, Operand<TInt32> leading) {
        Operand<TFloat32> sum = tf.dtypes.cast(parts.get(0), TFloat32.class);
        for (Operand<T> part : parts.subList(1, parts.size())) {
            sum = tf.math.add(sum, tf.dtypes.cast(part, TFloat32.class));
        }
        Operand<TInt32> last = tf.constant(new int[] {width(sum)});
        return tf.reshape(sum, tf.concat(List.of(leading, last), tf.constant(0)));
    }

    /** Multiplies rows (N, in) by weights (out, in), given in blocks one below the other: (N, out). */
    Operand<T> product(Operand<T> rows, Block... weights) {
        if (packs()) {
            return tf.linalg.matMul(rows, parameters.stacked(type, weights), MatMul.transposeB(true));
        }
        return tf.linalg.matMul(rows, parameters.transposed(type, weights));
    }

    /** Multiplies patches (N, height*width*channels) by a kernel (out, channels, height, width): (N, out). */
    Operand<T> convolution(Operand<T> patches, Block kernel, int channels) {
        return product(patches, kernel.channelsLast(channels));
    }

    /**
     * Adds a bias (out), given in blocks, to each row of a product (N, out).
     *
     * <p>oneDNN takes a product and the addition of its bias for one operation, and may keep the weights of such a one
     * packed. In float32 they would be packed as it suits the number of rows that comes first, and anew in each run with
     * another; so there the bias is subtracted, negated, which is the same number and no such operation.
     */
    Operand<T> biased(Operand<T> product, Block... bias) {
        if (packs()) {
            return tf.nn.biasAdd(product, parameters.flat(type, bias));
        }
        return tf.math.sub(
                product,
                parameters.flat(
                        type, Arrays.stream(bias).map(block -> block.times(-1)).toArray(Block[]::new)));
    }

    /** Returns a product as it is, in the form of one with a bias where that has its weights packed. */
    Operand<T> unbiased(Operand<T> product) {
        if (!packs()) {
            return product;
        }
        return tf.nn.biasAdd(product, tf.readVariableOp(parameters.state().declare(type, width(product)), type));
    }

    /** Applies linear layers of one input, rows (N, in), that all have a bias or none: (N, out of all). */
    Operand<T> linear(Operand<T> rows, Projections.Projection... layers) {
        Block[] weights =
                Arrays.stream(layers).map(Projections.Projection::weight).toArray(Block[]::new);
        Operand<T> product = product(rows, weights);
        if (layers[0].bias() == null) {
            return unbiased(product);
        }
        return biased(
                product, Arrays.stream(layers).map(Projections.Projection::bias).toArray(Block[]::new));
    }

    /** Applies a linear layer to a part of its input, rows (N, own): its part of the sum (N, out). */
    Operand<T> part(Operand<T> rows, Projections.Projection layer, Span own) {
        Operand<T> product = product(rows, layer.weight().columns(own));
        Block bias = layer.bias();
        float share = (float) own.size() / layer.weight().columns().size();
        return bias == null ? unbiased(product) : biased(product, bias.times(share));
    }

    /** Returns stored weights (out, in) as they are. */
    Operand<T> matrix(Block weight) {
        return parameters.stacked(type, weight);
    }

    /**
     * Multiplies matrices (..., n, k) by matrices (..., k, m), or by (..., m, k) if the second are to be transposed.
     *
     * <p>This is version 2 of the operation: oneDNN does not take version 3, which the bindings emit.
     */
    Operand<T> batchProduct(Operand<T> a, Operand<T> b, boolean transposeB) {
        Output<T> product = tf.scope()
                .opBuilder("BatchMatMulV2", "BatchMatMulV2")
                .addInput(a.asOutput())
                .addInput(b.asOutput())
                .setAttr("adj_y", transposeB)
                .build()
                .output(0);
        return product;
    }

    /** Tells whether oneDNN keeps weights packed, so that it does not matter in which order they lie. */
    private boolean packs() {
        return TBfloat16.class.equals(type);
    }

    /** Returns the size of the last dimension, which the graph knows. */
    static int width(Operand<?> x) {
        return Math.toIntExact(x.shape().get(-1));
    }
}
