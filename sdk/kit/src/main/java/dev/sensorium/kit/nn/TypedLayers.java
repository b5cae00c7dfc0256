package dev.sensorium.kit.nn;

import static dev.sensorium.kit.nn.Arithmetic.width;

import dev.sensorium.kit.nn.Projections.Projection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/** The layers of {@link Layers} that multiply matrices, with products in the type T. */
record TypedLayers<T extends TNumber>(Layers at, Arithmetic<T> math) {

    Operand<TFloat32> linear(Operand<TFloat32> x, Block weight, @Nullable Block bias) {
        return math.leave(List.of(math.linear(math.enter(x), new Projection(weight, bias))), x);
    }

    Operand<TFloat32> attention(
            Operand<TFloat32> x, int count, AttentionNames names, @Nullable Operand<TFloat32> mask) {
        Projections in = Projections.of(at, names, width(x), width(x));
        return new MultiHeadAttention<>(at, math, heads(x, count, names), in).toItself(x, mask);
    }

    Operand<TFloat32> crossAttention(
            Operand<TFloat32> x,
            Operand<TFloat32> states,
            int count,
            AttentionNames names,
            @Nullable Operand<TFloat32> mask) {
        Projections in = Projections.of(at, names, width(x), width(states));
        return new MultiHeadAttention<>(at, math, heads(x, count, names), in).to(x, states, mask);
    }

    Operand<TFloat32> packedAttention(Operand<TFloat32> queries, Operand<TFloat32> x, int count) {
        Projections in = Projections.packed(at, width(x));
        return new MultiHeadAttention<>(at, math, heads(x, count, AttentionNames.TRANSFORMERS), in)
                .to(queries, x, null);
    }

    Operand<TFloat32> cachedAttention(
            Operand<TFloat32> x, int count, AttentionNames names, Rows rows, Relation relation) {
        Heads<T> heads = heads(x, count, names);
        Projections in = Projections.of(at, names, width(x), width(x));
        return new CachedAttention<>(math, heads, rows, relation)
                .toItself(x, relation.scaled() ? in.scaled(heads.scale()) : in);
    }

    Operand<TFloat32> crossAttention(Operand<TFloat32> x, int count, AttentionNames names, Memory memory) {
        Heads<T> heads = heads(x, count, names);
        Projections in = Projections.of(at, names, width(x), memory.width()).scaled(heads.scale());
        return new AbsorbedAttention<>(math, heads, memory).from(x, at.length(x), in);
    }

    Operand<TFloat32> keptCrossAttention(Operand<TFloat32> x, int count, AttentionNames names, Memory memory) {
        Heads<T> heads = heads(x, count, names);
        Projections in = Projections.of(at, names, width(x), memory.width()).scaled(heads.scale());
        return new KeptAttention<>(math, heads, memory).from(x, at.length(x), in);
    }

    Operand<TFloat32> feedForward(Operand<TFloat32> x, Activation activation, Projection up, Projection down) {
        float gain = activation.gain();
        Projection gained = up.times(gain);
        Projection scaled = new Projection(down.weight().times(1 / gain), down.bias());
        Operand<T> rows = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span own : Span.split(down.weight().columns().size(), math.branches())) {
            Operand<T> inner = activation.applyToGained(math.tf(), math.linear(rows, gained.rows(own)));
            parts.add(math.part(inner, scaled, own));
        }
        return math.leave(parts, x);
    }

    Operand<TFloat32> gatedFeedForward(
            Operand<TFloat32> x, Activation activation, Projection gate, Projection up, Block down) {
        Ops tf = math.tf();
        Operand<T> rows = math.enter(x);
        List<Operand<T>> parts = new ArrayList<>();
        for (Span own : Span.split(down.columns().size(), math.branches())) {
            List<Operand<T>> both =
                    tf.split(tf.constant(1), math.linear(rows, gate.rows(own), up.rows(own)), 2L).output().stream()
                            .map(output -> (Operand<T>) output)
                            .toList();
            Operand<T> inner = tf.math.mul(activation.apply(tf, both.get(0)), both.get(1));
            parts.add(math.part(inner, new Projection(down, null), own));
        }
        return math.leave(parts, x);
    }

    Operand<TFloat32> normedGate(Operand<TFloat32> x, Activation activation, float epsilon, NormedGate gate) {
        return gate.apply(math, x, activation, epsilon);
    }

    /** Returns (B, Tq, H*d) for queries (B, Tq, H*d), keys and values (B, T, H*d). */
    Operand<TFloat32> attend(
            Operand<TFloat32> queries,
            Operand<TFloat32> keys,
            Operand<TFloat32> values,
            int count,
            @Nullable Operand<TFloat32> mask) {
        Ops tf = math.tf();
        int width = width(queries) / count;
        Operand<TFloat32> scaled = tf.math.mul(queries, tf.constant((float) (1 / Math.sqrt(width))));
        Operand<T> scores = math.batchProduct(apart(scaled, count), apart(keys, count), true);
        Operand<T> seen = mask == null ? scores : tf.math.add(scores, tf.dtypes.cast(mask, math.type()));
        Operand<T> context = math.batchProduct(tf.nn.softmax(seen), apart(values, count), false);
        Operand<T> byPosition = tf.linalg.transpose(context, tf.constant(new int[] {0, 2, 1, 3}));
        Operand<TInt32> shape = tf.stack(List.of(tf.constant(-1), at.length(queries), tf.constant(width(queries))));
        return tf.dtypes.cast(tf.reshape(byPosition, shape), TFloat32.class);
    }

    /** Takes x (B, T, H*d) apart into heads: (B, H, T, d). */
    private Operand<T> apart(Operand<TFloat32> x, int count) {
        Ops tf = math.tf();
        Operand<TInt32> shape =
                tf.stack(List.of(tf.constant(-1), at.length(x), tf.constant(count), tf.constant(width(x) / count)));
        Operand<TFloat32> byPosition = tf.linalg.transpose(tf.reshape(x, shape), tf.constant(new int[] {0, 2, 1, 3}));
        return tf.dtypes.cast(byPosition, math.type());
    }

    Operand<TFloat32> logits(Operand<TFloat32> x, Projection head) {
        Ops tf = math.tf();
        Operand<T> rows = math.enter(x);
        List<Operand<TFloat32>> parts = new ArrayList<>();
        for (Span own : Span.split(head.weight().rows().size(), math.branches())) {
            parts.add(tf.dtypes.cast(math.linear(rows, head.rows(own)), TFloat32.class));
        }
        return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(1));
    }

    Operand<TFloat32> patches(Operand<TFloat32> pixels, Block kernel, int patch) {
        Ops tf = math.tf();
        int side = (int) pixels.shape().get(1) / patch;
        int in = width(pixels);
        Operand<TFloat32> tiles = new PictureLayers(tf).tiles(pixels, patch);
        Operand<TFloat32> rows = tf.reshape(tiles, tf.constant(new int[] {-1, side * side, patch * patch * in}));
        Operand<T> entered = math.enter(rows);
        List<Operand<T>> parts = Span.split(kernel.rows().size(), math.branches()).stream()
                .map(own -> math.convolution(entered, kernel.rows(own), in))
                .toList();
        return math.leave(List.of(parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(1))), rows);
    }

    private Heads<T> heads(Operand<TFloat32> x, int count, AttentionNames names) {
        return Heads.of(at, math, names, width(x), count);
    }
}
