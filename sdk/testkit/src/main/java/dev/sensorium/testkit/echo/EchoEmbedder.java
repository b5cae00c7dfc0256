package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An embedder whose vectors are hashes: of a text, of a picture's bytes, or the mean over a video's frames. */
final class EchoEmbedder implements Model, Embedder {

    private final EchoConfig config;
    private final EchoInputs inputs;
    private final Path folder;

    EchoEmbedder(EchoConfig config, ModelSpec spec) {
        this.config = config;
        this.inputs = new EchoInputs(config.maxText(), spec.limits());
        this.folder = spec.folder();
    }

    /** Returns what all capabilities of this model check their contents with. */
    EchoInputs inputs() {
        return inputs;
    }

    @Override
    public ModelCard card() {
        return new ModelCard(
                "Echo", config.dimensions(), "float32", "its own reference, exactly", Map.of("text_characters", (long)
                        config.maxText()));
    }

    @Override
    public Set<Modality> modalities() {
        return Set.of(Modality.TEXT, Modality.IMAGE, Modality.VIDEO);
    }

    @Override
    public int dimensions() {
        return config.dimensions();
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        List<ByteBuffer> frames = inputs.frames(content, options.truncateText());
        boolean poisoned = content instanceof Text text
                && !config.poison().isEmpty()
                && text.value().contains(config.poison());
        Optional<Video.Sample> video =
                content instanceof Video shown ? Optional.of(EchoInputs.sample(shown)) : Optional.empty();
        return new Item(content.modality(), frames, video, poisoned);
    }

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        EchoGate.pass(folder, batch.size());
        if (config.nan()) {
            throw new ModelException(Reason.NOT_FINITE, "embedding: NaN (expected: finite numbers)");
        }
        return batch.stream().map(item -> embed((Item) item)).toList();
    }

    private float[] embed(Item item) {
        if (item.poisoned()) {
            throw new IllegalStateException("poisoned");
        }
        float[] sum = new float[config.dimensions()];
        for (ByteBuffer frame : item.frames()) {
            float[] vector = EchoHash.unitVector(frame, sum.length);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        return EchoHash.normalised(sum);
    }

    @Override
    public void close() {}

    private record Item(Modality group, List<ByteBuffer> frames, Optional<Video.Sample> video, boolean poisoned)
            implements Prepared {

        @Override
        public int rows() {
            return frames.size();
        }
    }
}
