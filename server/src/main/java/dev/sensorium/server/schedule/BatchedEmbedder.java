package dev.sensorium.server.schedule;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Embedder.Prepared;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.PrepareOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A model's embedder behind a queue: takes items one by one and computes them in batches. */
public final class BatchedEmbedder implements AutoCloseable {

    private final Embedder embedder;
    private final PluginCode plugin;
    private final Batcher<Prepared, Embedding> batcher;

    BatchedEmbedder(ModelId id, Embedder embedder, PluginCode plugin, Batching batching) {
        this.embedder = embedder;
        this.plugin = plugin;
        this.batcher = batching.batcher(id, "embed", new Rows());
    }

    /** Returns the kinds of content that can be embedded. */
    public Set<Modality> modalities() {
        return plugin.call(embedder::modalities);
    }

    /**
     * Embeds one item; cancelling the result takes it out of the queue.
     *
     * @return fails as {@link Embedder#prepare} and {@link Embedder#embed} do
     * @throws dev.sensorium.server.ServiceException RESOURCE_EXHAUSTED if the queue is full
     */
    public CompletableFuture<Computed<Embedding>> embed(Caller caller, Content content, PrepareOptions options) {
        return batcher.submit(caller, () -> plugin.call(() -> embedder.prepare(content, options)));
    }

    @Override
    public void close() {
        batcher.close();
    }

    private final class Rows implements Kernel<Prepared, Embedding> {

        @Override
        public Object group(Prepared item) {
            return plugin.call(item::group);
        }

        @Override
        public int rows(Prepared item) {
            return plugin.call(item::rows);
        }

        @Override
        public List<Embedding> run(List<Prepared> batch) {
            List<float[]> vectors = plugin.call(() -> embedder.embed(batch));
            vectors.forEach(Rows::requireFinite);
            return IntStream.range(0, vectors.size())
                    .mapToObj(i -> new Embedding(vectors.get(i), plugin.call(batch.get(i)::video)))
                    .toList();
        }

        /** A model that overlooks what is not finite must not fill the cache with it. */
        private static void requireFinite(float[] vector) {
            for (float value : vector) {
                if (!Float.isFinite(value)) {
                    throw new ModelException(
                            Reason.NOT_FINITE, "embedding: %s (expected: finite numbers)".formatted(value));
                }
            }
        }
    }
}
