package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.nn.Activation;
import dev.sensorium.kit.nn.AttentionNames;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Relation;
import dev.sensorium.kit.nn.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * JAT's network: layers that make a token of an observation or an action, and GPT-Neo's decoder.
 *
 * @param reals numbers to feed, (N, {@code max_continuous_size})
 * @param ofReals their embeddings, (N, D)
 * @param integers integers to feed, (N, {@code max_discrete_value})
 * @param rewards rewards to feed beside these, (N, 1)
 * @param ofIntegers their embeddings, (N, D)
 * @param pictures what embeds pictures; null if the checkpoint cannot
 * @param choices tells how likely each discrete action is after a token
 * @param moves tells the numbers of the next action after an observation, and of the next observation after an action
 */
record JatGraph(
        Operand<TFloat32> reals,
        Operand<TFloat32> ofReals,
        Operand<TInt32> integers,
        Operand<TFloat32> rewards,
        Operand<TFloat32> ofIntegers,
        @Nullable Pictures pictures,
        Decoder choices,
        Decoder moves) {

    private static final AttentionNames ATTENTION =
            new AttentionNames(List.of("q_proj", "k_proj", "v_proj"), false, "out_proj", true);

    /** The names of one and the same table, of which a checkpoint may have any. */
    private static final List<String> TABLES =
            List.of("transformer.wte", "single_discrete_encoder", "multi_discrete_encoder.0");

    private static final String PICTURE_ENCODER = "image_encoder.module";

    /**
     * What embeds pictures.
     *
     * @param fed pictures of -1 to 1, (N, 84, 84, 4)
     * @param embedded their embeddings, (N, D)
     */
    record Pictures(Operand<TFloat32> fed, Operand<TFloat32> embedded) {}

    /** Lays the network over a checkpoint. */
    static JatGraph lay(JatConfig config, JatSettings settings, Weights weights, Layers at) {
        int width = config.tower().width();
        String table = TABLES.stream()
                .filter(name -> weights.contains(name + ".weight"))
                .findFirst()
                .orElse(TABLES.get(0));
        var reals = at.input(TFloat32.class, -1, config.numbers());
        var integers = at.input(TInt32.class, -1, config.integers());
        var rewards = at.input(TFloat32.class, -1, 1);

        Rows rows = Rows.of(at, settings.cache(config));
        Memory memory = Memory.of(at, settings.states(config), width);
        var x = decode(config, at.in("transformer"), embeddings(config, at, table, rows, memory), rows);
        Decoder choices = Decoder.of(
                at,
                rows,
                memory,
                x,
                last -> at.logits(last, "single_discrete_decoder.weight", null, config.vocabulary()));
        Decoder moves = Decoder.of(
                at,
                rows,
                memory,
                x,
                last -> at.logits(last, "continuous_decoder.weight", "continuous_decoder.bias", config.numbers()));
        return new JatGraph(
                reals,
                at.linear(reals, "continuous_encoder", width),
                integers,
                rewards,
                integers(config, at, table, integers, rewards),
                pictures(weights, at.in(PICTURE_ENCODER), width),
                choices,
                moves);
    }

    private static @Nullable Pictures pictures(Weights weights, Layers at, int width) {
        if (weights.names().stream().noneMatch(name -> name.startsWith(PICTURE_ENCODER))) {
            return null;
        }
        var fed = at.input(TFloat32.class, -1, PictureLayers.SIDE, PictureLayers.SIDE, PictureLayers.CHANNELS);
        return new Pictures(fed, new PictureLayers(at).embed(fed, width));
    }

    /** Embeds integers (N, I), and lets the reward be the last number of the embedding: (N, D). */
    private static Operand<TFloat32> integers(
            JatConfig config, Layers at, String table, Operand<TInt32> integers, Operand<TFloat32> rewards) {
        Ops tf = at.tf();
        int width = config.tower().width();
        Layers encoder = at.in("multi_discrete_encoder");
        Operand<TFloat32> x = at.embedding(integers, table, config.vocabulary(), width);
        x = at.activation(encoder.linear(x, "1", config.narrow()), Activation.RELU);
        x = tf.reshape(x, tf.constant(new int[] {-1, config.integers() * config.narrow()}));
        return tf.concat(List.of(encoder.linear(x, "4", width - 1), rewards), tf.constant(1));
    }

    /** Embeds the new tokens (B, T, D): a number from 0 on is one of the states that were made, -1 - a is action a. */
    private static Operand<TFloat32> embeddings(JatConfig config, Layers at, String table, Rows rows, Memory memory) {
        Ops tf = at.tf();
        int width = config.tower().width();
        Operand<TBool> chosen = tf.math.less(rows.ids(), tf.constant(0));
        Operand<TInt32> action = tf.math.maximum(tf.math.sub(tf.constant(-1), rows.ids()), tf.constant(0));
        Operand<TFloat32> x = tf.select(
                tf.expandDims(chosen, tf.constant(2)),
                at.embedding(action, table, config.vocabulary(), width),
                memory.at(rows.ids()));
        return at.add(x, at.embedding(rows.positions(), "transformer.wpe", config.positions(), width));
    }

    /** GPT-Neo's pre-norm blocks (transformers' {@code GPTNeoModel}), with the norm at their end. */
    private static Operand<TFloat32> decode(JatConfig config, Layers at, Operand<TFloat32> embedded, Rows rows) {
        var tower = config.tower();
        Operand<TFloat32> x = embedded;
        for (int i = 0; i < tower.layers(); i++) {
            Layers block = at.in("h", i);
            Relation relation = new Relation(null, false, config.windows().get(i));
            Operand<TFloat32> normed = block.norm(x, "ln_1", tower.epsilon());
            Layers attention = block.in("attn.attention");
            x = at.add(x, attention.cachedAttention(normed, tower.heads(), ATTENTION, rows, relation));
            normed = block.norm(x, "ln_2", tower.epsilon());
            x = at.add(x, block.in("mlp").feedForward(normed, tower.inner(), tower.activation(), "c_fc", "c_proj"));
        }
        return at.norm(x, "ln_f", tower.epsilon());
    }
}
