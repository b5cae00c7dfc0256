package dev.sensorium.kit.decode;

import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has the whole text be one of some texts: a tree of their tokens, each text followed by the model's own end
 * (transformers' {@code PrefixConstrainedLogitsProcessor} over such a tree).
 */
final class AllowedTexts implements Rule {

    /** A beginning of texts: what may follow. */
    private record Node(Map<Integer, Node> next) {

        Node() {
            this(new TreeMap<>());
        }
    }

    private final Node root = new Node();

    /**
     * Reads the texts.
     *
     * @throws ModelException INVALID_INPUT if the model has no tokens for a text
     */
    AllowedTexts(List<String> texts, Vocabulary vocabulary) {
        for (int i = 0; i < texts.size(); i++) {
            Node node = root;
            for (int token : tokens(texts.get(i), i, vocabulary)) {
                node = node.next().computeIfAbsent(token, key -> new Node());
            }
            for (int end : vocabulary.ends()) {
                node.next().put(end, new Node());
            }
        }
    }

    private static int[] tokens(String text, int index, Vocabulary vocabulary) {
        int[] tokens = vocabulary.codec().encode(text);
        if (tokens.length == 0 || Arrays.stream(tokens).anyMatch(vocabulary::isNever)) {
            throw new ModelException(
                            Reason.INVALID_INPUT, "not in the model's tokens (expected: a text that it can write)")
                    .at("allowed_texts[%d]".formatted(index));
        }
        return tokens;
    }

    @Override
    public void apply(float[] scores, Tokens tokens) {
        Node node = root;
        for (int i = tokens.length() - tokens.generated(); i < tokens.length(); i++) {
            node = node.next().getOrDefault(tokens.at(i), new Node());
        }
        int[] allowed =
                node.next().keySet().stream().mapToInt(Integer::intValue).toArray();
        float[] kept = new float[allowed.length];
        for (int i = 0; i < allowed.length; i++) {
            kept[i] = scores[allowed[i]];
        }
        Arrays.fill(scores, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < allowed.length; i++) {
            scores[allowed[i]] = kept[i];
        }
    }
}
