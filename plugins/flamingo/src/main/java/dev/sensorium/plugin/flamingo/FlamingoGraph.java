package dev.sensorium.plugin.flamingo;

import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Rows;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Flamingo's network: an image tower, a resampler, and a language model whose tokens each see one picture.
 *
 * @param pixels pictures to feed, (B, S, S, 3)
 * @param hidden their states as the tower makes them, (B, 1 + patches, D)
 * @param seen their states as the language model sees them, (B, latents, D)
 * @param decoder writes
 */
record FlamingoGraph(Operand<TFloat32> pixels, Operand<TFloat32> hidden, Operand<TFloat32> seen, Decoder decoder) {

    /** Lays it over the root of a checkpoint. */
    static FlamingoGraph lay(FlamingoConfig config, Layers root, FlamingoOptions options) {
        Layers at = root.in("model");
        FlamingoConfig.Vision vision = config.vision();
        int side = vision.picture().side();
        int width = vision.tower().width();
        Operand<TFloat32> pixels = root.input(TFloat32.class, -1, side, side, 3);
        Operand<TFloat32> hidden = new FlamingoVision(vision).encode(at.in("vision_model"), pixels);
        Operand<TFloat32> seen = config.resampler()
                .map(resampler -> new Perceiver(resampler, width).resample(at.in("perceiver_resampler"), hidden))
                .orElse(hidden);
        FlamingoText text = new FlamingoText(config);
        Rows rows = Rows.of(at, options.loop().cache());
        Memory memory = Memory.ofParts(at, options.sight(), width, config.states());
        Operand<TFloat32> states = text.decode(at, rows, memory);
        return new FlamingoGraph(
                pixels, hidden, seen, Decoder.of(at, rows, memory, states, last -> text.logits(root, last)));
    }
}
