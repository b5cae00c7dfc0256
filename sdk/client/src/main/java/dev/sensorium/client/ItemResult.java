package dev.sensorium.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of one {@link Item} of a bulk call: an embedding, or an error of its own. */
public final class ItemResult {

    private final String id;
    private final @Nullable Embedding embedding;
    private final @Nullable SensoriumException error;
    private final boolean cacheHit;
    private final String model;

    private ItemResult(
            String id,
            @Nullable Embedding embedding,
            @Nullable SensoriumException error,
            boolean cacheHit,
            String model) {
        this.id = id;
        this.embedding = embedding;
        this.error = error;
        this.cacheHit = cacheHit;
        this.model = model;
    }

    static ItemResult embedded(String id, Embedding embedding, boolean cacheHit, String model) {
        return new ItemResult(id, embedding, null, cacheHit, model);
    }

    static ItemResult failed(String id, SensoriumException error, String model) {
        return new ItemResult(id, null, error, false, model);
    }

    /** Returns the id of the item. */
    public String id() {
        return id;
    }

    /**
     * Returns the item's embedding.
     *
     * @throws SensoriumException if the item could not be embedded
     */
    public Embedding embedding() {
        if (embedding == null) {
            throw error().orElseThrow();
        }
        return embedding;
    }

    /** Returns why the item could not be embedded; empty if it was. */
    public Optional<SensoriumException> error() {
        return Optional.ofNullable(error);
    }

    /** Tells whether the embedding came from the server's cache. */
    public boolean cacheHit() {
        return cacheHit;
    }

    /** Returns "name/version" of the model that answered; empty if the item got to none. */
    public String model() {
        return model;
    }

    @Override
    public String toString() {
        return id + ": " + (embedding != null ? embedding : error);
    }
}
