package dev.sensorium.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * How likely each of several texts is after a prompt.
 *
 * @param scores one per text, in the order of the texts
 * @param model the model that answered, "name/version"
 * @param queueTime how long the request waited for its turn
 */
public record ScoreResult(List<ScoredText> scores, String model, Duration queueTime) {

    public ScoreResult {
        scores = List.copyOf(scores);
    }

    /** Returns the most likely text, with its score. */
    public ScoredText best() {
        return ranking().get(0);
    }

    /** Returns the texts with their scores, the most likely first. */
    public List<ScoredText> ranking() {
        return scores.stream()
                .sorted(Comparator.comparingDouble(ScoredText::logLikelihood).reversed())
                .toList();
    }
}
