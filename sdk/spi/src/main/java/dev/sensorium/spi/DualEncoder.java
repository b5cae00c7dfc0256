package dev.sensorium.spi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A matcher whose score is a function of two embeddings, as in CLIP. A server that has the embeddings of both sides
 * already, from a cache or a batch, needs only {@link #score}.
 */
public interface DualEncoder extends Embedder, Matcher {

    /**
     * Scores each of M content embeddings against each of N text embeddings.
     *
     * @return the model's logits, (M, N)
     */
    float[][] score(List<float[]> contents, List<float[]> texts);

    /** Returns the modalities that can be embedded. */
    @Override
    default Set<Modality> matchable() {
        return modalities();
    }

    @Override
    default float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
        return score(embedAll(contents, "contents", options), embedAll(texts, "texts", options));
    }

    private List<float[]> embedAll(List<? extends Content> items, String field, PrepareOptions options) {
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        List<Prepared> prepared = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            prepared.add(prepareAt(items.get(i), field, i, options));
            groups.computeIfAbsent(prepared.get(i).group(), group -> new ArrayList<>())
                    .add(i);
        }
        float[][] embeddings = new float[items.size()][];
        for (List<Integer> group : groups.values()) {
            List<float[]> rows = embed(group.stream().map(prepared::get).toList());
            for (int k = 0; k < group.size(); k++) {
                embeddings[group.get(k)] = rows.get(k);
            }
        }
        return List.of(embeddings);
    }

    private Prepared prepareAt(Content item, String field, int index, PrepareOptions options) {
        try {
            return prepare(item, options);
        } catch (ModelException e) {
            throw e.at("%s[%d]".formatted(field, index));
        }
    }
}
