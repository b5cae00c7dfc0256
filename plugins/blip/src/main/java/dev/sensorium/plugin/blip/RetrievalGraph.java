package dev.sensorium.plugin.blip;

import dev.sensorium.kit.nn.Layers;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * BLIP's retrieval network: embeddings of unit length E of pictures and of texts, and a judgement of pairs that looks at
 * both together.
 *
 * @param pixels pictures to feed, (P, S, S, 3)
 * @param imageHidden states of the pictures, (P, 1 + patches, D)
 * @param images embeddings of the pictures, (P, E)
 * @param ids token ids to feed, (B, T)
 * @param lengths how many of them count to feed, (B)
 * @param textHidden states of the texts, (B, T, D)
 * @param texts embeddings of the texts, (B, E)
 * @param pictures states of pictures to feed, (P, 1 + patches, D), for pairs: of B texts, the first B/P are judged with
 *     the first picture
 * @param pairHidden states of the texts with the pictures, (B, T, D)
 * @param pairs logits of a pair being none and being one, (B, 2)
 */
record RetrievalGraph(
        Operand<TFloat32> pixels,
        Operand<TFloat32> imageHidden,
        Operand<TFloat32> images,
        Operand<TInt32> ids,
        Operand<TInt32> lengths,
        Operand<TFloat32> textHidden,
        Operand<TFloat32> texts,
        Operand<TFloat32> pictures,
        Operand<TFloat32> pairHidden,
        Operand<TFloat32> pairs) {

    static RetrievalGraph lay(BlipConfig config, Layers at) {
        int side = config.vision().picture().side();
        var pixels = at.input(TFloat32.class, -1, side, side, 3);
        var imageHidden = new BlipVision(config.vision()).encode(at.in("vision_model"), pixels);

        BlipText text = new BlipText(config.text());
        var ids = at.input(TInt32.class, -1, -1);
        var lengths = at.input(TInt32.class, -1);
        var textHidden = text.encode(at.in("text_encoder"), ids, lengths);

        var pictures = at.input(
                TFloat32.class,
                -1,
                config.vision().states(),
                config.vision().tower().width());
        var pairHidden = text.encode(at.in("text_encoder"), ids, lengths, pictures);

        return new RetrievalGraph(
                pixels,
                imageHidden,
                at.unit(at.linear(text.first(at, imageHidden), "vision_proj", config.dimensions())),
                ids,
                lengths,
                textHidden,
                at.unit(at.linear(text.first(at, textHidden), "text_proj", config.dimensions())),
                pictures,
                pairHidden,
                at.linear(text.first(at, pairHidden), "itm_head", 2));
    }
}
