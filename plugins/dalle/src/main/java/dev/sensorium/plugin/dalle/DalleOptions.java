package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.Weights;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.NetworkOptions;
import dev.sensorium.kit.nn.Precision;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import java.util.Collections;

/**
 * What a spec asks for.
 *
 * @param network where and how it computes
 * @param loop how much the loop has room for
 */
record DalleOptions(NetworkOptions network, LoopOptions loop) {

    /** Rows of a drawing: what follows the prompt, and what follows none. */
    static final int ROWS = 2;

    /** Tensors of the size of a level's channels that painting holds at a time. */
    private static final int TENSORS = 4;

    /** Reads the settings for pictures of so many codes. */
    static DalleOptions of(ModelSpec spec, NetworkOptions network, int codes) {
        LoopOptions loop = LoopOptions.of(spec, codes);
        if (loop.slots() < ROWS) {
            throw invalid("slots", loop.slots(), ROWS);
        }
        int most = loop.cache().blocksOf(codes) * loop.cache().blockSize();
        if (loop.cache().blocks() <= ROWS * loop.cache().blocksOf(codes)) {
            throw invalid("cache_tokens", loop.tokens(), ROWS * most);
        }
        return new DalleOptions(network, loop);
    }

    /** Returns an upper estimate of the bytes that a model takes. */
    long estimateBytes(DalleConfig config, Weights weights) {
        Precision precision = network.precision();
        long keysAndValues = 2L * config.decoder().layers() * config.width();
        VqganConfig vqgan = config.vqgan();
        long pixels = (long) vqgan.resolution() * vqgan.resolution();
        long painting = pixels * Collections.max(vqgan.levels().channels()) * Float.BYTES * TENSORS;
        long detokenizer = weights.names().stream()
                .filter(name -> name.startsWith("detokenizer."))
                .mapToLong(name -> weights.tensor(name).elements())
                .sum();
        return network.estimateBytes(weights)
                // Painted in float32 always, and packed.
                + 2 * detokenizer * Float.BYTES
                + painting * Painter.AT_A_TIME
                + loop.cache().bytes(keysAndValues, precision)
                + loop.memory(config.text().length()).bytes(keysAndValues, precision)
                + loop.encoderBytes();
    }

    private static ModelException invalid(String setting, int value, int least) {
        return new ModelException(
                Reason.INVALID_CHECKPOINT,
                "setting \"%s\": %d (expected: >= %d, as each picture takes two rows)"
                        .formatted(setting, value, least));
    }
}
