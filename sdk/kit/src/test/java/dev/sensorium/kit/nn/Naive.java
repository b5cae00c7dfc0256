package dev.sensorium.kit.nn;

/** The layers' formulas, written out in double precision for rows of one example, to compare with. */
final class Naive {

    private Naive() {}

    /** Returns x·Wᵀ + b for x (T, in), W (out, in), b (out). */
    static double[][] linear(double[][] x, float[] weight, float[] bias) {
        int in = x[0].length;
        double[][] y = new double[x.length][bias.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < bias.length; o++) {
                y[t][o] = bias[o];
                for (int i = 0; i < in; i++) {
                    y[t][o] += x[t][i] * weight[o * in + i];
                }
            }
        }
        return y;
    }

    static double[][] norm(double[][] x, float[] gain, float[] shift, double epsilon) {
        double[][] y = new double[x.length][gain.length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double variance = 0;
            for (double value : x[t]) {
                mean += value / gain.length;
            }
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / gain.length;
            }
            for (int i = 0; i < gain.length; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * gain[i] + shift[i];
            }
        }
        return y;
    }

    /** Normalises each head, as wide as the gain, by itself. */
    static double[][] rmsNormByHead(double[][] x, float[] gain, double epsilon) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int head = 0; head < x[t].length; head += gain.length) {
                double square = 0;
                for (int i = 0; i < gain.length; i++) {
                    square += x[t][head + i] * x[t][head + i] / gain.length;
                }
                for (int i = 0; i < gain.length; i++) {
                    y[t][head + i] = x[t][head + i] / Math.sqrt(square + epsilon) * gain[i];
                }
            }
        }
        return y;
    }

    /** Attends over heads from q (Tq, D) to k and v (T, D); causal masks what lies after a query. */
    static double[][] attend(double[][] q, double[][] k, double[][] v, int heads, boolean causal) {
        int width = q[0].length / heads;
        double[][] y = new double[q.length][q[0].length];
        for (int head = 0; head < heads; head++) {
            for (int t = 0; t < q.length; t++) {
                double[] weights = weights(q[t], k, head * width, width, causal ? t : k.length - 1);
                for (int s = 0; s < k.length; s++) {
                    for (int i = head * width; i < (head + 1) * width; i++) {
                        y[t][i] += weights[s] * v[s][i];
                    }
                }
            }
        }
        return y;
    }

    private static double[] weights(double[] q, double[][] k, int from, int width, int last) {
        double[] weights = new double[k.length];
        double sum = 0;
        for (int s = 0; s <= last; s++) {
            double score = 0;
            for (int i = from; i < from + width; i++) {
                score += q[i] * k[s][i];
            }
            weights[s] = Math.exp(score / Math.sqrt(width));
            sum += weights[s];
        }
        for (int s = 0; s <= last; s++) {
            weights[s] /= sum;
        }
        return weights;
    }

    static double[][] silu(double[][] x) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                y[t][i] = x[t][i] / (1 + Math.exp(-x[t][i]));
            }
        }
        return y;
    }
}
