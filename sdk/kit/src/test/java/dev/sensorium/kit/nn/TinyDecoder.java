package dev.sensorium.kit.nn;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.spi.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A decoder of odd sizes with random weights, as it is decoded and as its paper has it. */
public final class TinyDecoder implements AutoCloseable {

    /** The number of tokens. */
    public static final int VOCABULARY = 23;

    /** The length of the encoder's states. */
    public static final int ENCODER_WIDTH = 10;

    /** The most positions. */
    public static final int CONTEXT = 300;

    private static final int WIDTH = 15;
    private static final int HEADS = 5;
    private static final int INNER = 19;
    private static final int LAYERS = 2;
    private static final AttentionNames CROSS =
            new AttentionNames(List.of("query", "key", "value"), true, "dense", false);

    private final boolean crossed;
    private final Network network;
    private final Decoder decoder;
    private final Operand<TInt32> ids;
    private final Operand<TFloat32> states;
    private final Operand<TFloat32> whole;

    /** How the two forms of the decoder attend. */
    private interface Attending {
        Operand<TFloat32> toItself(Layers at, Operand<TFloat32> x);

        Operand<TFloat32> toEncoder(Layers at, Operand<TFloat32> x, int layer);
    }

    private TinyDecoder(NetworkBuilder builder, Paging paging, @Nullable Paging memoryPaging) {
        Layers at = builder.layers();
        crossed = memoryPaging != null;
        Rows rows = Rows.of(at, paging);
        Memory memory = memoryPaging == null ? null : Memory.of(at, memoryPaging, ENCODER_WIDTH);
        Operand<TFloat32> positions = at.embedding(rows.positions(), "positions", CONTEXT, WIDTH);
        Operand<TFloat32> hidden = hidden(at, rows.ids(), positions, new Attending() {
            @Override
            public Operand<TFloat32> toItself(Layers place, Operand<TFloat32> x) {
                return place.cachedAttention(x, HEADS, AttentionNames.BERT, rows);
            }

            @Override
            public Operand<TFloat32> toEncoder(Layers place, Operand<TFloat32> x, int layer) {
                if (memory == null) {
                    return x;
                }
                return layer == 0
                        ? place.crossAttention(x, HEADS, CROSS, memory)
                        : place.keptCrossAttention(x, HEADS, CROSS, memory);
            }
        });
        decoder = Decoder.of(at, rows, memory, hidden, x -> at.logits(x, "head.weight", "head.bias", VOCABULARY));
        ids = at.input(TInt32.class, 1, -1);
        states = at.input(TFloat32.class, 1, -1, ENCODER_WIDTH);
        whole = whole(at);
        network = builder.build();
    }

    /** Opens a decoder on two branches. */
    public static TinyDecoder open(Path folder, Paging paging, @Nullable Paging memoryPaging) {
        return open(folder, paging, memoryPaging, Precision.FLOAT32);
    }

    /** Opens a decoder of this precision. */
    public static TinyDecoder open(Path folder, Paging paging, @Nullable Paging memoryPaging, Precision precision) {
        checkpoint().write(folder);
        try (Weights weights = Weights.open(folder);
                NetworkBuilder builder = NetworkBuilder.open(new NetworkOptions(Device.cpu(), precision), weights)) {
            return new TinyDecoder(builder, paging, memoryPaging);
        }
    }

    public Decoder decoder() {
        return decoder;
    }

    public Network network() {
        return network;
    }

    /** Returns the logits after each token, computed anew. */
    public List<float[]> logits(int[] tokens, float[] encoded) {
        try (TInt32 fedIds = Batch.ofInts(List.of(tokens));
                TFloat32 fedStates = TFloat32.tensorOf(
                        Shape.of(1, encoded.length / ENCODER_WIDTH, ENCODER_WIDTH),
                        t -> t.asRawTensor().data().asFloats().write(encoded));
                Result result = network.run(run -> {
                    run.feed(ids, fedIds).fetch(whole);
                    return crossed ? run.feed(states, fedStates) : run;
                })) {
            return Batch.rows(result.get(0));
        }
    }

    @Override
    public void close() {
        network.close();
    }

    private Operand<TFloat32> whole(Layers at) {
        Operand<TFloat32> mask = at.causalMask(ids);
        Operand<TFloat32> hidden = hidden(at, ids, at.positions(ids, "positions", CONTEXT, WIDTH), new Attending() {
            @Override
            public Operand<TFloat32> toItself(Layers place, Operand<TFloat32> x) {
                return place.attention(x, HEADS, AttentionNames.BERT, mask);
            }

            @Override
            public Operand<TFloat32> toEncoder(Layers place, Operand<TFloat32> x, int layer) {
                return crossed ? place.crossAttention(x, states, HEADS, CROSS, null) : x;
            }
        });
        Operand<TFloat32> flat = at.tf().reshape(hidden, at.tf().constant(new int[] {-1, WIDTH}));
        return at.logits(flat, "head.weight", "head.bias", VOCABULARY);
    }

    private static Operand<TFloat32> hidden(
            Layers at, Operand<TInt32> ids, Operand<TFloat32> positions, Attending attending) {
        Operand<TFloat32> x = at.add(at.embedding(ids, "tokens", VOCABULARY, WIDTH), positions);
        for (int i = 0; i < LAYERS; i++) {
            Layers layer = at.in("layers", i);
            x = layer.norm(at.add(x, attending.toItself(layer.in("attention"), x)), "norm1", 1e-5f);
            x = layer.norm(at.add(x, attending.toEncoder(layer.in("cross"), x, i)), "norm2", 1e-5f);
            Operand<TFloat32> fed = layer.feedForward(x, INNER, Activation.GELU, "up", "down");
            x = layer.norm(at.add(x, fed), "norm3", 1e-5f);
        }
        return x;
    }

    private static Checkpoint checkpoint() {
        Checkpoint checkpoint = new Checkpoint()
                .add("tokens.weight", VOCABULARY, WIDTH)
                .add("positions.weight", CONTEXT, WIDTH)
                .linear("head", VOCABULARY, WIDTH);
        for (int i = 0; i < LAYERS; i++) {
            String layer = "layers." + i + ".";
            for (String name : List.of("query", "key", "value")) {
                checkpoint.linear(layer + "attention.self." + name, WIDTH, WIDTH);
                checkpoint.linear(layer + "cross." + name, WIDTH, name.equals("query") ? WIDTH : ENCODER_WIDTH);
            }
            checkpoint.linear(layer + "attention.output.dense", WIDTH, WIDTH);
            checkpoint.add(layer + "cross.dense.weight", WIDTH, WIDTH);
            checkpoint.linear(layer + "up", INNER, WIDTH).linear(layer + "down", WIDTH, INNER);
            for (String norm : List.of("norm1", "norm2", "norm3")) {
                checkpoint.add(layer + norm + ".weight", WIDTH).add(layer + norm + ".bias", WIDTH);
            }
        }
        return checkpoint;
    }

    /** Returns the most likely token. */
    public static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    /** Returns as many tokens as there are places. */
    public static int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 0, VOCABULARY).toArray();
    }

    /** Returns so many states of an encoder. */
    public static float[] encoded(int count, long seed) {
        float[] values = new float[count * ENCODER_WIDTH];
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
