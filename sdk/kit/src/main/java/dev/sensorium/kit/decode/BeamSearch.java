package dev.sensorium.kit.decode;

import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.FinishReason;
import java.util.Arrays;
import java.util.List;

/**
 * A search that follows the most likely continuations side by side, equal to transformers' {@code _beam_search} in
 * what it keeps, when it ends, and its arithmetic in single precision; of equal scores the first counts as better.
 */
final class BeamSearch implements Search {

    private static final int[] NONE = {};

    /** What takes a score out of the race, as in the reference. */
    static final float OUT = -1e9f;

    private final Vocabulary vocabulary;
    private final RuleSet rules;
    private final int beams;
    private final int max;
    private final Top candidates;
    private final Top best;
    private final FinishedBeams finished;

    private final float[] scores;
    private Tokens[] running;
    private Tokens[] following;
    private boolean first = true;

    BeamSearch(Decoding decoding, Decoding.Beams settings, Vocabulary vocabulary, int[] prompt) {
        this.vocabulary = vocabulary;
        this.rules = new RuleSet(decoding, vocabulary);
        this.beams = settings.count();
        this.max = decoding.length().max();
        this.candidates = new Top((1 + vocabulary.ends().length) * beams);
        this.best = new Top(beams);
        this.finished = new FinishedBeams(settings);
        this.scores = new float[beams];
        // All beams are equal at first; only one of them is to be continued.
        Arrays.fill(scores, 1, beams, OUT);
        this.running = rows(beams, prompt);
        this.following = rows(beams, prompt);
    }

    private static Tokens[] rows(int count, int[] prompt) {
        Tokens[] rows = new Tokens[count];
        Arrays.setAll(rows, i -> new Tokens(prompt));
        return rows;
    }

    @Override
    public int rows() {
        return beams;
    }

    @Override
    public Move step(float[][] logits) {
        for (int row = 0; row < (first ? 1 : beams); row++) {
            Logits.logSoftmax(logits[row]);
            rules.apply(logits[row], running[row]);
        }
        int size = logits[0].length;
        int length = running[0].generated() + 1;
        findCandidates(logits);
        boolean[] ended = ended(length, size);
        finished.merge(candidates, ended, length, place -> running[place / size].generatedWith(place % size));
        Move move = follow(ended, size);
        finished.stepDone(length, scores[0]);
        return finished.isFinal() || allOf(ended) ? end() : move;
    }

    /** Finds so many of the best continuations that enough of them go on if all others end. */
    private void findCandidates(float[][] logProbabilities) {
        do {
            candidates.clear();
            for (int beam = 0; beam < beams; beam++) {
                float[] row = logProbabilities[first ? 0 : beam];
                candidates.offerAll(row, scores[beam], beam * row.length);
            }
            candidates.sort();
        } while (forbidAny(logProbabilities));
    }

    private boolean forbidAny(float[][] logProbabilities) {
        int size = logProbabilities[0].length;
        boolean any = false;
        for (int i = 0; i < candidates.size() && candidates.score(i) > Float.NEGATIVE_INFINITY; i++) {
            int beam = candidates.place(i) / size;
            int token = candidates.place(i) % size;
            if (rules.forbid(running[beam], token)) {
                logProbabilities[first ? 0 : beam][token] = Float.NEGATIVE_INFINITY;
                any = true;
            }
        }
        return any;
    }

    private boolean[] ended(int length, int size) {
        boolean[] ended = new boolean[candidates.size()];
        for (int i = 0; i < ended.length; i++) {
            ended[i] = length >= max || vocabulary.isEnd(candidates.place(i) % size);
        }
        return ended;
    }

    /** Goes on with the best candidates that did not end. */
    private Move follow(boolean[] ended, int size) {
        best.clear();
        for (int i = 0; i < ended.length; i++) {
            best.offer(candidates.score(i) + (ended[i] ? OUT : 0), i);
        }
        best.sort();
        int[] parents = new int[beams];
        int[] tokens = new int[beams];
        for (int beam = 0; beam < beams; beam++) {
            int place = candidates.place(best.place(beam));
            tokens[beam] = place % size;
            parents[beam] = first ? 0 : place / size;
            scores[beam] = best.score(beam);
            following[beam].become(running[place / size]);
            following[beam].add(tokens[beam]);
        }
        Tokens[] before = running;
        running = following;
        following = before;
        first = false;
        return new Move(parents, tokens, List.of(), null);
    }

    private Move end() {
        int[] tokens = finished.best();
        if (tokens.length == 0) {
            throw RuleSet.nothingLeft(running[0].generated() - 1);
        }
        List<Chosen> chosen = Arrays.stream(tokens).mapToObj(Chosen::of).toList();
        boolean stopped = vocabulary.isEnd(tokens[tokens.length - 1]);
        return new Move(NONE, NONE, chosen, stopped ? FinishReason.STOP : FinishReason.LENGTH);
    }

    /** Returns the score of the text that was found, its log-probability with the length penalty. */
    float score() {
        return finished.bestScore();
    }

    private static boolean allOf(boolean[] values) {
        for (boolean value : values) {
            if (!value) {
                return false;
            }
        }
        return true;
    }
}
