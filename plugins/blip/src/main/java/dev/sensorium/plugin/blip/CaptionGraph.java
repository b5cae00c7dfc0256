package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Memory;
import dev.sensorium.kit.nn.Network;
import dev.sensorium.kit.nn.Rows;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * BLIP's captioning network: an image tower, and a decoder that attends to its states.
 *
 * @param pixels pictures to feed, (B, S, S, 3)
 * @param imageHidden their states, (B, 1 + patches, D)
 * @param decoder writes captions
 */
record CaptionGraph(Operand<TFloat32> pixels, Operand<TFloat32> imageHidden, Decoder decoder) implements WritingGraph {

    static CaptionGraph lay(BlipConfig config, Layers at, LoopOptions options) {
        BlipConfig.Vision vision = config.vision();
        int side = vision.picture().side();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        var imageHidden = new BlipVision(vision).encode(at.in("vision_model"), pixels);
        return new CaptionGraph(pixels, imageHidden, decoder(config.text(), at, options, attended(config)));
    }

    /** Returns what captions attend to: the states of a picture. */
    static Attended attended(BlipConfig config) {
        return new Attended(config.vision().states(), config.vision().tower().width());
    }

    @Override
    public Encoder encoder(Network network) {
        return new PictureEncoder(network, pixels, imageHidden);
    }

    /** Lays {@code text_decoder}. */
    static Decoder decoder(BlipConfig.Text config, Layers root, LoopOptions options, Attended attended) {
        Layers at = root.in("text_decoder");
        BlipText text = new BlipText(config);
        Rows rows = Rows.of(at, options.cache());
        Memory memory = Memory.of(at, options.memory(attended.states()), attended.width());
        Operand<TFloat32> states = text.decode(at.in("bert"), rows, memory);
        return Decoder.of(at, rows, memory, states, last -> text.logits(at, last));
    }
}
