package dev.sensorium.plugin.gato;

import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Rows;
import dev.sensorium.kit.nn.Tower;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Gato's network: GPT-2's decoder, whose tokens can stand for patches of pictures.
 *
 * @param pixels pictures to feed, of -1 to 1, (B, S, S, 3)
 * @param patches their patches as the decoder takes them, (B, patches, D)
 * @param decoder what follows tokens, which are laid out as {@link Layout#at} has it
 */
record GatoGraph(Operand<TFloat32> pixels, Operand<TFloat32> patches, Decoder decoder) {

    static GatoGraph lay(GatoConfig config, Layers at, LoopOptions options) {
        int side = config.pictures().grid().side();
        int width = config.tower().width();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        var patches = patches(config.pictures(), at.in("patch_embedding"), pixels, width);

        Rows rows = Rows.of(at, options.cache());
        Memory memory = Memory.of(at, options.memory(config.pictures().grid().patches()), width);
        var x = embeddings(config, at, rows, memory);
        x = decode(config.tower(), at.in("transformer"), x, rows);
        int size = config.layout().size();
        Decoder decoder =
                Decoder.of(at, rows, memory, x, last -> at.logits(last, "transformer.wte.weight", null, size));
        return new GatoGraph(pixels, patches, decoder);
    }

    /** Embeds patches, through the residual block if there is one, and adds the row and the column where each is. */
    private static Operand<TFloat32> patches(
            GatoConfig.Pictures pictures, Layers at, Operand<TFloat32> pixels, int width) {
        Ops tf = at.tf();
        int patch = pictures.grid().patch();
        Operand<TFloat32> scaled = tf.math.div(pixels, tf.constant((float) Math.sqrt(patch)));
        Operand<TFloat32> seen = pictures.channels() == 0
                ? scaled
                : new ResidualBlock(pictures.channels()).apply(at.in("block"), scaled, patch);
        Operand<TFloat32> x = at.patches(seen, "projection", patch, width);
        x = at.add(x, at.weight("projection.bias", width));

        Operand<TInt32> places = tf.constant(new int[][] {pictures.places()});
        Operand<TFloat32> row = at.embedding(places, "row", pictures.intervals(), width);
        Operand<TFloat32> column = at.embedding(places, "column", pictures.intervals(), width);
        Operand<TFloat32> grid = tf.math.add(tf.expandDims(row, tf.constant(2)), tf.expandDims(column, tf.constant(1)));
        return at.add(x, tf.reshape(grid, tf.constant(new int[] {1, -1, width})));
    }

    /** Embeds the new tokens: their ids or patches, their places inside of a timestep and in the context: (B, T, D). */
    private static Operand<TFloat32> embeddings(GatoConfig config, Layers at, Rows rows, Memory memory) {
        Ops tf = at.tf();
        Layout layout = config.layout();
        int width = config.tower().width();
        Operand<TInt32> size = tf.constant(layout.size());
        Operand<TInt32> stride = tf.constant(layout.stride());
        Operand<TInt32> ids = tf.math.mod(rows.ids(), stride);
        Operand<TInt32> turned = tf.math.add(tf.math.div(rows.ids(), stride), tf.constant(layout.actionPlace()));
        Operand<TInt32> places = tf.math.mod(turned, tf.constant(layout.allPlaces()));

        Operand<TBool> known = tf.math.less(ids, size);
        Operand<TInt32> token = tf.select(known, ids, tf.constant(0));
        Operand<TInt32> patch = tf.select(known, tf.constant(-1), tf.math.sub(ids, size));
        Operand<TFloat32> x = tf.select(
                tf.expandDims(known, tf.constant(2)),
                at.embedding(token, "transformer.wte", layout.size(), width),
                memory.at(patch));
        x = at.add(x, at.embedding(places, "local_embedding", layout.allPlaces(), width));
        return at.add(x, at.embedding(rows.positions(), "transformer.wpe", config.context(), width));
    }

    /** GPT-2's pre-norm blocks (transformers' {@code GPT2Model}), with the norm at their end. */
    private static Operand<TFloat32> decode(Tower tower, Layers at, Operand<TFloat32> embedded, Rows rows) {
        Operand<TFloat32> x = embedded;
        for (int i = 0; i < tower.layers(); i++) {
            Layers block = at.in("h", i);
            Layers matrices = block.transposed();
            Operand<TFloat32> normed = block.norm(x, "ln_1", tower.epsilon());
            x = at.add(x, matrices.in("attn").cachedAttention(normed, tower.heads(), AttentionNames.GPT2, rows));
            normed = block.norm(x, "ln_2", tower.epsilon());
            x = at.add(x, matrices.in("mlp").feedForward(normed, tower.inner(), tower.activation(), "c_fc", "c_proj"));
        }
        return at.norm(x, "ln_f", tower.epsilon());
    }
}
