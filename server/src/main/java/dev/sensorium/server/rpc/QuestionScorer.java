package dev.sensorium.server.rpc;

import dev.sensorium.server.schedule.Computed;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Scores a match by asking the model, so many prompts at a time; the scores of one text's prompts are averaged. */
final class QuestionScorer implements OrderedWindow.Sink<Computed<float[][]>> {

    private final Scoring scoring;
    private final int promptsAtATime;
    private final int prompts;
    private final double[][] sums;
    private int scored;

    QuestionScorer(Scoring scoring, int promptsAtATime) {
        this.scoring = scoring;
        this.promptsAtATime = promptsAtATime;
        this.prompts = scoring.texts() * scoring.promptsPerText();
        this.sums = new double[scoring.contents().size()][scoring.texts()];
    }

    void start(Toolbox tools) {
        OrderedWindow<Computed<float[][]>> window =
                scoring.call().keep(tools.<Computed<float[][]>>window(scoring.call(), this));
        for (int i = 0; i < prompts; i += promptsAtATime) {
            int first = i;
            window.add(() -> scoring.session().match(scoring.head(), scoring.contents(), prompts(first)));
        }
        window.pump();
    }

    private List<Text> prompts(int first) {
        return IntStream.range(first, Math.min(prompts, first + promptsAtATime))
                .mapToObj(scoring::prompt)
                .toList();
    }

    @Override
    public void deliver(CompletableFuture<Computed<float[][]>> done) {
        try {
            Computed<float[][]> computed = done.join();
            scoring.session().timed(computed.queueNanos(), computed.computeNanos());
            add(computed.value());
        } catch (CompletionException e) {
            scoring.call().fail(Errors.at("contents", this::field, e));
        }
    }

    private void add(float[][] scores) {
        for (int i = 0; i < sums.length; i++) {
            for (int j = 0; j < scores[i].length; j++) {
                sums[i][(scored + j) / scoring.promptsPerText()] += scores[i][j];
            }
        }
        scored += scores[0].length;
    }

    private Optional<String> field(String part) {
        int texts = Math.min(promptsAtATime, prompts - scored);
        return Stream.concat(
                        named("contents", scoring.contents().size(), part).mapToObj(scoring::contentField),
                        named("texts", texts, part).mapToObj(j -> scoring.textField(scored + j)))
                .findFirst();
    }

    /** Returns the index of the part in the list, if it is one of it. */
    private static IntStream named(String list, int size, String part) {
        return IntStream.range(0, size).filter(i -> part.equals("%s[%d]".formatted(list, i)));
    }

    @Override
    public void settled() {
        if (scored == prompts) {
            scoring.answer(means());
        }
    }

    private float[][] means() {
        float[][] means = new float[sums.length][scoring.texts()];
        for (int i = 0; i < means.length; i++) {
            for (int j = 0; j < means[i].length; j++) {
                means[i][j] = (float) (sums[i][j] / scoring.promptsPerText());
            }
        }
        return means;
    }
}
