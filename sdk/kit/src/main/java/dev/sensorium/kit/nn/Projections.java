package dev.sensorium.kit.nn;

/** The weights (out, in) and biases that make queries, keys and values. */
record Projections(Block qWeight, Block qBias, Block kWeight, Block kBias, Block vWeight, Block vBias) {

    /** Three linear layers, named as in transformers. */
    static Projections separate(Layers at, int width) {
        return new Projections(
                at.matrix("q_proj.weight", width, width),
                at.vector("q_proj.bias", width),
                at.matrix("k_proj.weight", width, width),
                at.vector("k_proj.bias", width),
                at.matrix("v_proj.weight", width, width),
                at.vector("v_proj.bias", width));
    }

    /** One linear layer, as in PyTorch's MultiheadAttention. */
    static Projections packed(Layers at, int width) {
        Block weight = at.matrix("in_proj_weight", 3 * width, width);
        Block bias = at.vector("in_proj_bias", 3 * width);
        Span q = new Span(0, width);
        Span k = new Span(width, 2 * width);
        Span v = new Span(2 * width, 3 * width);
        return new Projections(
                weight.rows(q), bias.rows(q), weight.rows(k), bias.rows(k), weight.rows(v), bias.rows(v));
    }

    /** Returns the same with queries multiplied. */
    Projections scaled(float factor) {
        return new Projections(qWeight.times(factor), qBias.times(factor), kWeight, kBias, vWeight, vBias);
    }

    /** Returns these rows of all three weights. */
    Block[] weights(Span rows) {
        return new Block[] {qWeight.rows(rows), kWeight.rows(rows), vWeight.rows(rows)};
    }

    /** Returns these rows of all three biases. */
    Block[] biases(Span rows) {
        return new Block[] {qBias.rows(rows), kBias.rows(rows), vBias.rows(rows)};
    }
}
