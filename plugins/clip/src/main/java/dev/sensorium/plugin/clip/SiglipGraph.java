package dev.sensorium.plugin.clip;

import dev.sensorium.kit.nn.CosineScores;
import dev.sensorium.kit.nn.Layers;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Both towers of SigLIP, from their inputs to embeddings of unit length E in the space that they share.
 *
 * @param pixels pictures to feed, (B, S, S, 3)
 * @param imageHidden the image tower's last states, normalised, (B, patches, D)
 * @param images embeddings of the pictures, (B, E)
 * @param ids token ids to feed, (B, context)
 * @param textState the text tower's last state of the last token, normalised, (B, D)
 * @param texts embeddings of the texts, (B, E)
 * @param scores how two embeddings make a logit
 */
record SiglipGraph(
        Operand<TFloat32> pixels,
        Operand<TFloat32> imageHidden,
        Operand<TFloat32> images,
        Operand<TInt32> ids,
        Operand<TFloat32> textState,
        Operand<TFloat32> texts,
        CosineScores scores) {

    static SiglipGraph lay(SiglipConfig config, Layers at) {
        int side = config.vision().picture().side();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        SiglipVision vision = new SiglipVision(config.vision());
        var imageHidden = vision.encode(at.in("vision_model"), pixels);
        var images = vision.pool(at.in("vision_model.head"), imageHidden);

        var ids = at.input(TInt32.class, -1, config.text().context());
        SiglipText text = new SiglipText(config.text());
        var textState = text.encode(at.in("text_model"), ids);
        var texts = at.in("text_model").linear(textState, "head", config.dimensions());

        CosineScores scores =
                new CosineScores((float) Math.exp(at.scalar("logit_scale", 1)), at.scalar("logit_bias", 1));
        return new SiglipGraph(pixels, imageHidden, at.unit(images), ids, textState, at.unit(texts), scores);
    }
}
