package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Rows;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * DALL-E's network: an encoder of prompts, a decoder of codes, and what makes pictures of these.
 *
 * @param ids token ids of prompts to feed, (B, T)
 * @param states what the encoder makes of them, (B, T, D)
 * @param decoder draws codes
 * @param codes codes of pictures to feed, (B, codes of a picture)
 * @param pixels the pictures, (B, S, S, 3) in 0 to 1
 */
record DalleGraph(
        Operand<TInt32> ids,
        Operand<TFloat32> states,
        Decoder decoder,
        Operand<TInt32> codes,
        Operand<TFloat32> pixels) {

    /** Lays it over the root of a checkpoint. */
    static DalleGraph lay(DalleConfig config, Layers root, LoopOptions options) {
        DalleBart bart = new DalleBart(config);
        Operand<TInt32> ids = root.input(TInt32.class, -1, -1);
        Operand<TFloat32> states = bart.encode(root.in("encoder"), ids);
        Layers at = root.in("decoder");
        Rows rows = Rows.of(at, options.cache());
        Memory memory = Memory.of(at, options.memory(config.text().length()), config.width());
        Operand<TFloat32> decoded = bart.decode(at, rows, memory);
        Decoder decoder = Decoder.of(at, rows, memory, decoded, last -> bart.logits(at, last));
        Operand<TInt32> codes = root.input(TInt32.class, -1, config.codes().length());
        Operand<TFloat32> pixels =
                new Vqgan(config.vqgan()).paint(root.in("detokenizer").exact(), codes);
        return new DalleGraph(ids, states, decoder, codes, pixels);
    }
}
