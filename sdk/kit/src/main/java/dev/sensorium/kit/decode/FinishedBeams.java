package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The best texts that a beam search has finished, and whether a better one may follow: transformers'
 * {@code _update_finished_beams}, {@code _check_early_stop_heuristic} and {@code _beam_search_has_unfinished_sequences}.
 */
final class FinishedBeams {

    private final double lengthPenalty;
    private final boolean earlyStopping;
    private final Top best;

    private float[] scores;
    private int[][] texts;
    private boolean[] finished;
    private boolean improvable = true;

    FinishedBeams(Decoding.Beams settings) {
        this.lengthPenalty = settings.lengthPenalty();
        this.earlyStopping = settings.earlyStopping();
        this.best = new Top(settings.count());
        this.scores = new float[settings.count()];
        Arrays.fill(scores, BeamSearch.OUT);
        this.texts = new int[settings.count()][0];
        this.finished = new boolean[settings.count()];
    }

    /**
     * Takes in what ended, if it is among the first candidates and better than what is there.
     *
     * @param length of the candidates, the prompt not counted
     * @param tokens the tokens of the candidate at a place
     */
    void merge(Top candidates, boolean[] ended, int length, IntFunction<int[]> tokens) {
        int count = scores.length;
        float divisor = (float) Math.pow(length, lengthPenalty);
        float late = (earlyStopping && allFinished() ? BeamSearch.OUT : 0) + (improvable ? 0 : BeamSearch.OUT);
        best.clear();
        for (int i = 0; i < count; i++) {
            best.offer(scores[i], i);
        }
        for (int i = 0; i < ended.length; i++) {
            float score = candidates.score(i) / divisor + late;
            best.offer(score + (ended[i] && i < count ? 0 : BeamSearch.OUT), count + i);
        }
        best.sort();
        float[] scoresBefore = scores;
        int[][] textsBefore = texts;
        boolean[] finishedBefore = finished;
        scores = new float[count];
        texts = new int[count][0];
        finished = new boolean[count];
        for (int rank = 0; rank < count; rank++) {
            int place = best.place(rank);
            boolean old = place < count;
            int candidate = place - count;
            scores[rank] = best.score(rank);
            finished[rank] = old ? finishedBefore[place] : ended[candidate] && candidate < count;
            if (finished[rank]) {
                texts[rank] = old ? textsBefore[place] : tokens.apply(candidates.place(candidate));
            }
        }
    }

    /**
     * Takes note of the best beam that goes on.
     *
     * @param length of the beams, the prompt not counted
     */
    void stepDone(int length, float bestRunning) {
        float possible = bestRunning / (float) Math.pow(length, lengthPenalty);
        float least = Float.POSITIVE_INFINITY;
        for (float score : scores) {
            least = Math.min(least, score);
        }
        boolean better = false;
        for (boolean done : finished) {
            better |= possible > (done ? least : BeamSearch.OUT);
        }
        improvable &= better;
    }

    /** Returns whether nothing that follows would change the best text. */
    boolean isFinal() {
        return !improvable || (earlyStopping && allFinished());
    }

    /** Returns the tokens of the best text; none if no text is finished. */
    int[] best() {
        return texts[0];
    }

    float bestScore() {
        return scores[0];
    }

    private boolean allFinished() {
        for (boolean done : finished) {
            if (!done) {
                return false;
            }
        }
        return true;
    }
}
