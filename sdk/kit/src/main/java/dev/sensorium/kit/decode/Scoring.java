package dev.sensorium.kit.decode;

import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.ModelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that scores texts: first the prompt is read up to its last token, then each text after it, some side by side. */
final class Scoring extends Job {

    private final Opening opening;
    private final Deque<int[]> texts;
    private final int sideBySide;
    private final Channel<Score> channel;
    private final Deque<Continuation> running = new ArrayDeque<>();
    private @Nullable Reading prompt;
    private float[] unused = {};

    Scoring(Opening opening, List<int[]> texts, Need need, int sideBySide, Channel<Score> channel) {
        super(List.of(opening), need);
        this.opening = opening;
        this.texts = new ArrayDeque<>(texts);
        this.sideBySide = sideBySide;
        this.channel = channel;
    }

    @Override
    boolean isClosed() {
        return channel.isClosed();
    }

    @Override
    void failed(ModelException cause) {
        channel.fail(cause);
    }

    @Override
    void started() {}

    @Override
    void take(List<Line> prompts, int vocabulary) {
        int read = opening.ids().length - 1;
        int[] views = opening.views();
        prompt = Reading.rest(
                prompts.get(0),
                Arrays.copyOf(opening.ids(), read),
                views.length == 0 ? views : Arrays.copyOf(views, read));
        unused = new float[vocabulary];
    }

    @Override
    List<Reading> readings() {
        return prompt == null ? List.of() : List.of(prompt);
    }

    @Override
    float[] target(Reading reading) {
        return unused;
    }

    @Override
    void read() {}

    /** Returns the texts that are to go on; none while the prompt is not read, or the reader is behind. */
    List<Continuation> continuations() {
        if (prompt == null || prompt.left() > 0 || channel.isFull()) {
            return List.of();
        }
        while (running.size() < sideBySide && !texts.isEmpty()) {
            running.add(new Continuation(prompt.line().fork(), opening, texts.remove()));
        }
        return List.copyOf(running);
    }

    /** Hands out the scores of texts that are done, in order. */
    void scored() {
        if (isFinished()) {
            return;
        }
        seen();
        while (!running.isEmpty() && running.element().isDone()) {
            Continuation done = running.remove();
            done.reading().line().free();
            channel.add(done.score());
        }
        if (running.isEmpty() && texts.isEmpty()) {
            channel.end();
            finish();
        }
    }

    @Override
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        running.forEach(text -> lines.add(text.reading().line()));
        if (prompt != null) {
            lines.add(prompt.line());
        }
        return lines;
    }

    @Override
    void forgetLines() {
        running.clear();
        prompt = null;
    }
}
