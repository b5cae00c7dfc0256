package dev.sensorium.client;

import java.util.Comparator;
import java.util.List;

/**
 * How one content matches each text.
 *
 * @param labels one per text, in the order of the texts
 * @param stats how the call went, which other contents of the same call share
 */
public record MatchResult(List<Label> labels, CallStats stats) {

    public MatchResult {
        labels = List.copyOf(labels);
    }

    /** Returns the text that matches best, with its score. */
    public Label best() {
        return ranking().get(0);
    }

    /** Returns the texts with their scores, best first. */
    public List<Label> ranking() {
        return labels.stream()
                .sorted(Comparator.comparingDouble(Label::score).reversed())
                .toList();
    }
}
