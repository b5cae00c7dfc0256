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
 * @param imageHidden the image tower's last states, (B, 1 + patches, D)
 * @param images embeddings of the pictures, (B, E)
 * @param ids token ids to feed, (B, T)
 * @param ends positions of the end tokens to feed, (B)
 * @param textHidden the text tower's last states, (B, T, D)
 * @param texts embeddings of the texts, (B, E)
 * @param scores how two embeddings make a logit
 */
record ClipGraph(
        Operand<TFloat32> pixels,
        Operand<TFloat32> imageHidden,
        Operand<TFloat32> images,
        Operand<TInt32> ids,
        Operand<TInt32> ends,
        Operand<TFloat32> textHidden,
        Operand<TFloat32> texts,
        CosineScores scores) {

    static ClipGraph lay(ClipConfig config, Layers at) {
        int side = config.vision().picture().side();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        ClipVision vision = new ClipVision(config.vision());
        var imageHidden = vision.encode(at.in("vision_model"), pixels);
        var image = vision.pool(at.in("vision_model"), imageHidden);

        var ids = at.input(TInt32.class, -1, -1);
        var ends = at.input(TInt32.class, -1);
        ClipText text = new ClipText(config.text());
        var textHidden = text.encode(at.in("text_model"), ids);
        var end = text.pool(at.in("text_model"), textHidden, ends);

        return new ClipGraph(
                pixels,
                imageHidden,
                at.unit(at.projection(image, "visual_projection", config.dimensions())),
                ids,
                ends,
                textHidden,
                at.unit(at.projection(end, "text_projection", config.dimensions())),
                new CosineScores((float) Math.exp(at.scalar("logit_scale")), 0));
    }
}
