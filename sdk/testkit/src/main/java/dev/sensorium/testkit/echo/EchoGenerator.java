package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Sampling;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A generator that says the words of the prompt again, one token each: in their order if greedy, shuffled by the seed
 * otherwise. Pictures and videos in the prompt take a token each and say nothing.
 */
final class EchoGenerator {

    private EchoGenerator() {}

    static Steps<Step> generate(EchoInputs inputs, List<? extends Content> prompt, Sampling sampling) {
        List<String> words = new ArrayList<>();
        int silent = 0;
        for (Content content : prompt) {
            inputs.frames(content, false);
            if (content instanceof Text text) {
                words.addAll(List.of(text.value().strip().split("\\s+")));
            } else {
                silent++;
            }
        }
        if (prompt.isEmpty()) {
            throw new ModelException(Reason.INVALID_INPUT, "prompt: 0 contents (expected: >= 1)");
        }
        int promptTokens = words.size() + silent;
        if (sampling.temperature() > 0) {
            Collections.shuffle(words, new Random(sampling.seed().orElseGet(System::nanoTime)));
        }
        return new EchoSteps<>(steps(words, promptTokens, sampling.maxTokens()).iterator());
    }

    private static List<Step> steps(List<String> words, int promptTokens, int maxTokens) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < Math.min(words.size(), maxTokens); i++) {
            String word = words.get(i);
            steps.add(new Delta(i == 0 ? word : " " + word, List.of(word.hashCode() & 0xffff)));
        }
        FinishReason reason = words.size() > maxTokens ? FinishReason.LENGTH : FinishReason.STOP;
        steps.add(new End(reason, promptTokens, steps.size()));
        return steps;
    }
}
