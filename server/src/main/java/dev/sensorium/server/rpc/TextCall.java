package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerationFinished;
import dev.sensorium.server.schedule.Generation;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.Step;

/** A call that is answered by the whole of a generated text. */
final class TextCall<R> implements StepPump.Sink<Step> {

    private final Call<R> call;
    private final Answer<R> answer;
    private final StringBuilder text;

    /** Makes the answer. */
    interface Answer<R> {

        /** Returns the answer of a text and how it ended. */
        R of(String text, GenerationFinished end);
    }

    /**
     * A text that begins.
     *
     * @param prefix what it begins with
     */
    TextCall(Call<R> call, String prefix, Answer<R> answer) {
        this.call = call;
        this.answer = answer;
        this.text = new StringBuilder(prefix);
    }

    @Override
    public void take(Step step, Generation<Step> generation) {
        if (step instanceof Delta delta) {
            text.append(delta.text());
        } else if (step instanceof End end) {
            call.answer(answer.of(text.toString(), GenerationMessages.finished(end, generation)));
        }
    }

    @Override
    public void ended(Generation<Step> generation) {
        throw new IllegalStateException("steps: no End");
    }
}
