package dev.sensorium.server.rpc;

import dev.sensorium.spi.Matcher.Normalization;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import java.util.List;

/** Arithmetic on scores and embeddings, in double precision. */
final class Scores {

    private Scores() {}

    /** Returns the probabilities of one content's scores, of no matter how large ones; none if they are no logits. */
    static double[] probabilities(float[] scores, Normalization normalization) {
        return switch (normalization) {
            case SOFTMAX -> softmax(scores);
            case SIGMOID -> sigmoid(scores);
            case NONE -> new double[0];
        };
    }

    private static double[] softmax(float[] scores) {
        double max = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double[] probabilities = new double[scores.length];
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] = Math.exp(scores[i] - max);
            sum += probabilities[i];
        }
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    private static double[] sigmoid(float[] scores) {
        double[] probabilities = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            double e = Math.exp(-Math.abs((double) scores[i]));
            probabilities[i] = scores[i] >= 0 ? 1 / (1 + e) : e / (1 + e);
        }
        return probabilities;
    }

    /** Returns the mean of vectors of unit length made, itself of unit length. */
    static float[] meanOfUnits(List<float[]> vectors) {
        double[] sum = new double[vectors.get(0).length];
        for (float[] vector : vectors) {
            double scale = inverseNorm(doubles(vector));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += scale * vector[i];
            }
        }
        double scale = inverseNorm(sum);
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (scale * sum[i]);
        }
        return mean;
    }

    private static double[] doubles(float[] vector) {
        double[] doubles = new double[vector.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = vector[i];
        }
        return doubles;
    }

    private static double inverseNorm(double[] vector) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        return squares == 0 ? 0 : 1 / Math.sqrt(squares);
    }

    /** Returns the scores if all are finite; NaN from a broken checkpoint is not an answer. */
    static float[][] requireFinite(float[][] scores) {
        for (float[] row : scores) {
            for (float score : row) {
                requireFinite(score);
            }
        }
        return scores;
    }

    /** Requires that all scores are finite. */
    static void requireFinite(List<Float> scores) {
        scores.forEach(Scores::requireFinite);
    }

    private static void requireFinite(float score) {
        if (!Float.isFinite(score)) {
            throw new ModelException(Reason.NOT_FINITE, "score: %s (expected: finite)".formatted(score));
        }
    }
}
