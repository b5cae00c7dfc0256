package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sensorium.spi.Matcher.Normalization;
import dev.sensorium.spi.ModelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {

    @Test
    void softmaxAddsUpToOne() {
        double[] probabilities = Scores.probabilities(new float[] {1, 2, 3}, Normalization.SOFTMAX);
        assertThat(probabilities).containsExactly(new double[] {0.09003057, 0.24472847, 0.66524096}, within(1e-8));
    }

    @Test
    void softmaxOfLargeScoresStaysFinite() {
        double[] probabilities = Scores.probabilities(new float[] {10_000, 9_999, -10_000}, Normalization.SOFTMAX);
        assertThat(probabilities).containsExactly(new double[] {0.73105858, 0.26894142, 0}, within(1e-8));
    }

    @Test
    void sigmoidTakesEachScoreAlone() {
        double[] probabilities = Scores.probabilities(new float[] {0, 2, -2, 1e30f, -1e30f}, Normalization.SIGMOID);
        assertThat(probabilities).containsExactly(new double[] {0.5, 0.88079708, 0.11920292, 1, 0}, within(1e-8));
    }

    @Test
    void averagesDirectionsNotLengths() {
        float[] mean = Scores.meanOfUnits(List.of(new float[] {10, 0}, new float[] {0, 1}));
        assertThat(mean).containsExactly(new float[] {0.70710678f, 0.70710678f}, within(1e-7f));
    }

    @Test
    void refusesWhatIsNotFinite() {
        float[][] scores = {{1, Float.NaN}};
        assertThatThrownBy(() -> Scores.requireFinite(scores))
                .isInstanceOf(ModelException.class)
                .hasMessage("score: NaN (expected: finite)");
    }
}
