package dev.sensorium.plugin.blip;

import dev.sensorium.kit.decode.Encoder;
import dev.sensorium.kit.decode.LoopOptions;
import dev.sensorium.kit.nn.Decoder;
import dev.sensorium.kit.nn.Layers;
import dev.sensorium.kit.nn.Network;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * BLIP's network for questions: an image tower, a text model that reads questions together with its states, and a
 * decoder that attends to what this makes of a question.
 *
 * @param pixels pictures to feed, (B, S, S, 3)
 * @param imageHidden their states, (B, 1 + patches, D)
 * @param ids token ids of questions to feed, (B, T)
 * @param lengths how many of them count to feed, (B)
 * @param pictures states of the pictures that they are about to feed, (B, 1 + patches, D)
 * @param questionHidden states of the questions, (B, T, D)
 * @param decoder writes answers
 */
record AnswerGraph(
        Operand<TFloat32> pixels,
        Operand<TFloat32> imageHidden,
        Operand<TInt32> ids,
        Operand<TInt32> lengths,
        Operand<TFloat32> pictures,
        Operand<TFloat32> questionHidden,
        Decoder decoder)
        implements WritingGraph {

    static AnswerGraph lay(BlipConfig config, Layers at, LoopOptions options) {
        config.requireOneWidth();
        BlipConfig.Vision vision = config.vision();
        int side = vision.picture().side();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        var imageHidden = new BlipVision(vision).encode(at.in("vision_model"), pixels);

        var ids = at.input(TInt32.class, -1, -1);
        var lengths = at.input(TInt32.class, -1);
        var pictures =
                at.input(TFloat32.class, -1, vision.states(), vision.tower().width());
        var questionHidden = new BlipText(config.text()).encode(at.in("text_encoder"), ids, lengths, pictures);

        Decoder decoder = CaptionGraph.decoder(config.text(), at, options, attended(config));
        return new AnswerGraph(pixels, imageHidden, ids, lengths, pictures, questionHidden, decoder);
    }

    /** Returns what answers attend to: the states of a question. */
    static Attended attended(BlipConfig config) {
        return new Attended(config.text().context(), config.text().tower().width());
    }

    @Override
    public Encoder encoder(Network network) {
        return new QuestionEncoder(new PictureEncoder(network, pixels, imageHidden), this);
    }
}
