package dev.sensorium.server.heads;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.DualEncoder;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model of texts with three heads: "sum" of lengths, which is its own, "product" of lengths, which is that of its
 * embeddings, and "first", which is 1 for the first text.
 */
final class HeadsModel implements Model, Embedder, Matcher {

    private final Map<String, Matcher> heads = Map.of("sum", this, "product", new Product(this), "first", new First());

    @Override
    public ModelCard card() {
        return new ModelCard("Heads", 0, "float32", "its own reference, exactly", Map.of());
    }

    @Override
    public Set<Modality> modalities() {
        return Set.of(Modality.TEXT);
    }

    @Override
    public int dimensions() {
        return 1;
    }

    @Override
    public Prepared prepare(Content content, PrepareOptions options) {
        return new Item(Modality.TEXT, length(content));
    }

    private record Item(Modality group, float length) implements Prepared {}

    @Override
    public List<float[]> embed(List<Prepared> batch) {
        return batch.stream().map(item -> new float[] {((Item) item).length()}).toList();
    }

    private static float length(Content content) {
        return ((Text) content).value().length();
    }

    @Override
    public Map<String, Matcher> heads() {
        return heads;
    }

    @Override
    public Set<Modality> matchable() {
        return Set.of(Modality.TEXT);
    }

    @Override
    public Normalization normalization() {
        return Normalization.SIGMOID;
    }

    @Override
    public float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
        float[][] scores = new float[contents.size()][texts.size()];
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores[i].length; j++) {
                scores[i][j] = length(contents.get(i)) + length(texts.get(j));
            }
        }
        return scores;
    }

    @Override
    public void close() {}

    /** Scores by embeddings, which it leaves to the model. */
    private record Product(Embedder model) implements DualEncoder {

        @Override
        public Set<Modality> modalities() {
            return model.modalities();
        }

        @Override
        public int dimensions() {
            return model.dimensions();
        }

        @Override
        public Prepared prepare(Content content, PrepareOptions options) {
            throw new IllegalStateException("the model's own is to be used");
        }

        @Override
        public List<float[]> embed(List<Prepared> batch) {
            throw new IllegalStateException("the model's own is to be used");
        }

        @Override
        public Normalization normalization() {
            return Normalization.NONE;
        }

        @Override
        public float[][] score(List<float[]> contents, List<float[]> texts) {
            float[][] scores = new float[contents.size()][texts.size()];
            for (int i = 0; i < scores.length; i++) {
                for (int j = 0; j < scores[i].length; j++) {
                    scores[i][j] = contents.get(i)[0] * texts.get(j)[0];
                }
            }
            return scores;
        }
    }

    private static final class First implements Matcher {

        @Override
        public Set<Modality> matchable() {
            return Set.of(Modality.IMAGE);
        }

        @Override
        public Normalization normalization() {
            return Normalization.SOFTMAX;
        }

        @Override
        public float[][] match(List<? extends Content> contents, List<Text> texts, PrepareOptions options) {
            float[][] scores = new float[contents.size()][texts.size()];
            for (float[] row : scores) {
                row[0] = 1;
            }
            return scores;
        }
    }
}
