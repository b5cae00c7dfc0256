package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.CallStats;
import dev.sensorium.server.cache.CacheUse;
import dev.sensorium.server.cache.CachingEmbedder;
import dev.sensorium.server.cache.Embedded;
import dev.sensorium.server.registry.Lease;
import dev.sensorium.server.schedule.Caller;
import dev.sensorium.server.schedule.Computed;
import dev.sensorium.server.schedule.Embedding;
import dev.sensorium.server.schedule.Head;
import dev.sensorium.server.schedule.ServedModel;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** A model in the service of one call, until the call is over; keeps the call's statistics. */
final class Session implements AutoCloseable {

    private final Lease lease;
    private final CachingEmbedder embedder;
    private final Options options;
    private final Caller caller = new Caller();
    private int embeddings;
    private int hits;
    private long queueNanos;
    private long computeNanos;

    /** How the call wants its items to be treated. */
    record Options(PrepareOptions prepare, CacheUse cache) {}

    Session(Lease lease, CachingEmbedder embedder, Options options) {
        this.lease = lease;
        this.embedder = embedder;
        this.options = options;
    }

    ServedModel model() {
        return lease.served();
    }

    CompletableFuture<Embedded> embed(Content content) {
        return embedder.embed(model(), caller, content, options.prepare(), options.cache());
    }

    CompletableFuture<Computed<float[][]>> match(Head head, List<Content> contents, List<Text> texts) {
        return head.match(caller, contents, texts, options.prepare());
    }

    /** Notes a content of a kind that the model does not take as a violation. */
    static void require(Set<Modality> taken, Modality modality, String field, Violations violations) {
        if (!taken.contains(modality)) {
            String expected = String.join(
                    ", ", new TreeSet<>(taken).stream().map(Session::lowerCase).toList());
            violations.add(field, "%s (expected: %s)".formatted(lowerCase(modality), expected));
        }
    }

    private static String lowerCase(Modality modality) {
        return modality.name().toLowerCase(Locale.ROOT);
    }

    /** Counts an embedding. */
    Embedding counted(Embedded embedded) {
        embeddings++;
        hits += embedded.cacheHit() ? 1 : 0;
        timed(embedded.queueNanos(), embedded.computeNanos());
        return embedded.embedding();
    }

    /** Counts the time of something that was computed. */
    void timed(long queued, long computed) {
        queueNanos = Math.max(queueNanos, queued);
        computeNanos = Math.max(computeNanos, computed);
    }

    CallStats stats() {
        return CallStats.newBuilder()
                .setModel(model().id().toString())
                .setEmbeddingCount(embeddings)
                .setCacheHitCount(hits)
                .setQueueTime(Wire.duration(queueNanos))
                .setComputeTime(Wire.duration(computeNanos))
                .build();
    }

    @Override
    public void close() {
        lease.close();
    }
}
