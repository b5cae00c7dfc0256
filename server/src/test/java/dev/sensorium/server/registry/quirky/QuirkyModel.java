package dev.sensorium.server.registry.quirky;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.PrepareOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An embedder of text that may answer with fewer numbers than it says. */
final class QuirkyModel implements Model, Embedder {

    private static final int DIMENSIONS = 3;

    private final boolean shorter;

    QuirkyModel(boolean shorter) {
        this.shorter = shorter;
    }

    @Override
    public ModelCard card() {
        return new ModelCard("Quirky", 0, "float32", "none", Map.of());
    }

    @Override
    public Set<Modality> modalities() {
        return Set.of(Modality.TEXT);
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        return content::modality;
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        return batch.stream()
                .map(item -> new float[shorter ? DIMENSIONS - 1 : DIMENSIONS])
                .toList();
    }

    @Override
    public void close() {}
}
