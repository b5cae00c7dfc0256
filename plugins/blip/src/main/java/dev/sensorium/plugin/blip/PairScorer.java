package dev.sensorium.plugin.blip;

import dev.sensorium.kit.nn.Batch;
import dev.sensorium.kit.nn.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Judges pictures and texts together, each with each, in runs of bounded size. A picture is encoded once, whatever the
 * number of texts.
 */
final class PairScorer {

    /** Pictures that are encoded at a time. */
    private static final int PICTURES = 8;

    /** Tokens of all pairs that are judged at a time: bounds the memory for scores of attention. */
    private static final int TOKENS = 1024;

    private final int side;
    private final RetrievalGraph graph;
    private final Network network;

    PairScorer(int side, RetrievalGraph graph, Network network) {
        this.side = side;
        this.graph = graph;
        this.network = network;
    }

    /** Places of texts whose ids are of one length. */
    private record Group(List<Integer> places, List<PreparedText> texts) {}

    /** Returns by how much the logit of being a pair exceeds that of being none, (M, N). */
    float[][] score(List<float[]> pictures, List<PreparedText> texts) {
        float[][] scores = new float[pictures.size()][texts.size()];
        for (int from = 0; from < pictures.size(); from += PICTURES) {
            List<float[]> batch = pictures.subList(from, Math.min(from + PICTURES, pictures.size()));
            try (TFloat32 pixels = Batch.ofFloats(Shape.of(side, side, 3), batch);
                    Result encoded =
                            network.run(run -> run.feed(graph.pixels(), pixels).fetch(graph.imageHidden()))) {
                TFloat32 states = (TFloat32) encoded.get(0);
                for (Group group : groups(texts, batch.size())) {
                    fill(scores, from, group, pairs(states, batch.size(), group.texts()));
                }
            }
        }
        return scores;
    }

    /** Returns the texts in groups of one length that are not too large for so many pictures. */
    private static List<Group> groups(List<PreparedText> texts, int pictures) {
        List<Group> groups = new ArrayList<>();
        Map<Object, Group> open = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            PreparedText text = texts.get(i);
            Group group = open.get(text.group());
            if (group == null || (group.texts().size() + 1) * pictures * text.ids().length > TOKENS) {
                group = new Group(new ArrayList<>(), new ArrayList<>());
                groups.add(group);
                open.put(text.group(), group);
            }
            group.places().add(i);
            group.texts().add(text);
        }
        return groups;
    }

    /** Returns the two logits of each text with each of the pictures, those of the first picture first. */
    private List<float[]> pairs(TFloat32 states, int pictures, List<PreparedText> texts) {
        List<PreparedText> all = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            all.addAll(texts);
        }
        try (TInt32 ids = Batch.ofInts(all.stream().map(PreparedText::ids).toList());
                TInt32 lengths = TInt32.vectorOf(
                        all.stream().mapToInt(PreparedText::length).toArray());
                Result result = network.run(run -> run.feed(graph.pictures(), states)
                        .feed(graph.ids(), ids)
                        .feed(graph.lengths(), lengths)
                        .fetch(graph.pairs()))) {
            return Batch.rows(result.get(0));
        }
    }

    private static void fill(float[][] scores, int from, Group group, List<float[]> pairs) {
        int count = group.places().size();
        for (int i = 0; i < pairs.size(); i++) {
            float[] logits = pairs.get(i);
            scores[from + i / count][group.places().get(i % count)] = logits[1] - logits[0];
        }
    }
}
