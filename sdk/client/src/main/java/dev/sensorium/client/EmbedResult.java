package dev.sensorium.client;

import java.util.List;

/**
 * The embeddings of a batch.
 *
 * @param embeddings one per content, in order
 * @param stats how the call went
 */
public record EmbedResult(List<Embedding> embeddings, CallStats stats) {

    public EmbedResult {
        embeddings = List.copyOf(embeddings);
    }
}
