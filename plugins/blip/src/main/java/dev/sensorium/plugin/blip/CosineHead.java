package dev.sensorium.plugin.blip;

import dev.sensorium.kit.nn.CosineScores;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.PrepareOptions;
import java.util.List;
import java.util.Set;

/** The cosine of the embeddings of a picture and a text, without a temperature, as the reference has it. */
final class CosineHead implements DualEncoder {

    private static final CosineScores COSINE = new CosineScores(1, 0);

    private final Embedder embedder;

    CosineHead(Embedder embedder) {
        this.embedder = embedder;
    }

    @Override
    public Set<Modality> modalities() {
        return embedder.modalities();
    }

    @Override
    public int dimensions() {
        return embedder.dimensions();
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        return embedder.prepare(content, options);
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        return embedder.embed(batch);
    }

    @Override
    public Normalization normalization() {
        return Normalization.NONE;
    }

    @Override
    public float[][] score(List<float[]> contents, List<float[]> texts) {
        return COSINE.of(contents, texts);
    }
}
