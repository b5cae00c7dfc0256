package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.CosineScores;
import dev.sensorium.kit.nn.Layers;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Both towers of CLIP, from their inputs to embeddings of unit length E in the space that they share.
 *
 * @param pixels pictures to feed, (B, S, S, 3)
 * @param imageState the image tower's last state of the whole picture, (B, D)
 * @param images embeddings of the pictures, (B, E)
 * @param ids token ids to feed, (B, T)
 * @param ends positions of the end tokens to feed, (B)
 * @param textState the text tower's last state at the end, (B, D)
 * @param texts embeddings of the texts, (B, E)
 * @param scores how two embeddings make a logit
 */
record ClipGraph(
        Operand<TFloat32> pixels,
        Operand<TFloat32> imageState,
        Operand<TFloat32> images,
        Operand<TInt32> ids,
        Operand<TInt32> ends,
        Operand<TFloat32> textState,
        Operand<TFloat32> texts,
        CosineScores scores) {

    static ClipGraph lay(ClipConfig config, Layers at) {
        int side = config.vision().picture().side();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        ClipVision vision = new ClipVision(config.vision());
        var imageState = vision.encode(at.in("vision_model"), pixels);
        var image = vision.pool(at.in("vision_model"), imageState);

        var ids = at.input(TInt32.class, -1, -1);
        var ends = at.input(TInt32.class, -1);
        ClipText text = new ClipText(config.text());
        var textState = text.encode(at.in("text_model"), ids, ends);

        return new ClipGraph(
                pixels,
                imageState,
                at.unit(at.projection(image, "visual_projection", config.dimensions())),
                ids,
                ends,
                textState,
                at.unit(at.projection(textState, "text_projection", config.dimensions())),
                new CosineScores((float) Math.exp(at.scalar("logit_scale")), 0));
    }
}
