package dev.sensorium.kit.nn;

import java.util.List;

/** Logits of a dual encoder: cosine · scale + bias, where the cosine of unit vectors is their product. */
public record CosineScores(float scale, float bias) {

    /** Scores M embeddings against N: (M, N). */
    public float[][] of(List<float[]> contents, List<float[]> texts) {
        float[][] scores = new float[contents.size()][texts.size()];
        for (int m = 0; m < scores.length; m++) {
            for (int n = 0; n < texts.size(); n++) {
                scores[m][n] = cosine(contents.get(m), texts.get(n)) * scale + bias;
            }
        }
        return scores;
    }

    private static float cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return (float) sum;
    }
}
