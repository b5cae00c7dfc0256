package dev.sensorium.server.rpc;

import dev.sensorium.server.ServiceException;
import dev.sensorium.server.schedule.Computed;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.Text;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Scores a match by asking the model, so many prompts at a time; the scores of one text's prompts are averaged. */
final class QuestionScorer implements OrderedWindow.Sink<Computed<float[][]>> {

    /** How a matcher's message names the content or text that it refuses. */
    private static final Pattern OFFENDER = Pattern.compile("(contents|texts)\\[(\\d{1,9})]:? ?(.*)", Pattern.DOTALL);

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
            scoring.call().fail(failure(e));
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

    private ServiceException failure(CompletionException failure) {
        if (failure.getCause() instanceof ModelException e) {
            Matcher offender = OFFENDER.matcher(String.valueOf(e.getMessage()));
            if (offender.matches()) {
                return Errors.at(field(offender), new ModelException(e.reason(), offender.group(3), e));
            }
        }
        return Errors.at("contents", failure);
    }

    private String field(Matcher offender) {
        int index = Integer.parseInt(offender.group(2));
        boolean isContent = offender.group(1).equals("contents");
        int count = isContent ? scoring.contents().size() : prompts - scored;
        if (index >= count) {
            return offender.group(1);
        }
        return isContent ? scoring.contentField(index) : scoring.textField(scored + index);
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
