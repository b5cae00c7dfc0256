package dev.sensorium.kit.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weights (out, in) and biases that make queries, keys and values. */
record Projections(Projection q, Projection k, Projection v) {

    /** A linear layer, or a part of one. */
    record Projection(Block weight, @Nullable Block bias) {

        Projection rows(Span part) {
            Span own = weight.rows().part(part);
            return new Projection(weight.rows(own), bias == null ? null : bias.rows(own));
        }

        Projection times(float factor) {
            return new Projection(weight.times(factor), bias == null ? null : bias.times(factor));
        }
    }

    /** The linear layers of these names, from this width; keys and values from another. */
    static Projections of(Layers at, AttentionNames names, int width, int keyWidth) {
        List<String> in = names.in();
        if (in.size() == 1) {
            Block weight = at.matrix(in.get(0) + ".weight", 3 * width, width);
            return parts(weight, names.inBiased() ? at.vector(in.get(0) + ".bias", 3 * width) : null, width);
        }
        return new Projections(
                layer(at, in.get(0), width, names.inBiased(), width),
                layer(at, in.get(1), width, names.inBiased(), keyWidth),
                layer(at, in.get(2), width, names.inBiased(), keyWidth));
    }

    /** One linear layer, as in PyTorch's MultiheadAttention. */
    static Projections packed(Layers at, int width) {
        return parts(at.matrix("in_proj_weight", 3 * width, width), at.vector("in_proj_bias", 3 * width), width);
    }

    /** Returns the same with queries multiplied. */
    Projections scaled(float factor) {
        return new Projections(q.times(factor), k, v);
    }

    /** Returns these rows of all three. */
    Projection[] all(Span rows) {
        return new Projection[] {q.rows(rows), k.rows(rows), v.rows(rows)};
    }

    private static Projections parts(Block weight, @Nullable Block bias, int width) {
        Projection all = new Projection(weight, bias);
        return new Projections(
                all.rows(new Span(0, width)),
                all.rows(new Span(width, 2 * width)),
                all.rows(new Span(2 * width, 3 * width)));
    }

    private static Projection layer(Layers at, String name, int width, boolean biased, int from) {
        return new Projection(
                at.matrix(name + ".weight", width, from), biased ? at.vector(name + ".bias", width) : null);
    }
}
