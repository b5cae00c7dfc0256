package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Candidate;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Likelihood;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A generator that says the words of the prompt again, one token each: in their order, or shuffled by the seed if it is
 * to sample. Pictures and videos in the prompt take a token each and say nothing. All its words are equally likely.
 */
final class EchoGenerator {

    private final EchoInputs inputs;

    EchoGenerator(EchoInputs inputs) {
        this.inputs = inputs;
    }

    Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        List<String> words = words(prompt, options);
        int promptTokens = tokens(prompt, words) + split(prompt.prefix()).size();
        for (int token : decoding.stop().tokens()) {
            require(token >= 0 && token <= EchoWords.LARGEST, "stop_tokens", token);
        }
        if (decoding.strategy() instanceof Decoding.Sample sample) {
            Collections.shuffle(words, new Random(sample.seed().orElseGet(System::nanoTime)));
        }
        return new EchoSteps<>(steps(words, promptTokens, decoding).iterator());
    }

    Steps<Score> score(Prompt prompt, List<Text> continuations, PrepareOptions options) {
        words(prompt, options);
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < continuations.size(); i++) {
            List<Integer> tokens = new ArrayList<>();
            for (String word : split(checked(continuations.get(i), i, options))) {
                tokens.add(EchoWords.token(word));
            }
            tokens.add(EchoWords.END);
            scores.add(new Score(tokens, Collections.nCopies(tokens.size(), -1f)));
        }
        return new EchoSteps<>(scores.iterator());
    }

    private String checked(Text text, int index, PrepareOptions options) {
        try {
            return inputs.checked(text, options.truncateText());
        } catch (ModelException e) {
            throw new ModelException(e.reason(), "continuations[%d]: %s".formatted(index, e.getMessage()), e);
        }
    }

    private List<String> words(Prompt prompt, PrepareOptions options) {
        List<String> words = new ArrayList<>();
        List<Content> contents = prompt.contents();
        for (int i = 0; i < contents.size(); i++) {
            try {
                inputs.frames(contents.get(i), options.truncateText());
            } catch (ModelException e) {
                throw new ModelException(e.reason(), "contents[%d]: %s".formatted(i, e.getMessage()), e);
            }
            if (contents.get(i) instanceof Text text) {
                words.addAll(split(inputs.checked(text, options.truncateText())));
            }
        }
        return words;
    }

    private static int tokens(Prompt prompt, List<String> words) {
        return words.size()
                + (int) prompt.contents().stream()
                        .filter(content -> !(content instanceof Text))
                        .count();
    }

    private static List<String> split(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private static void require(boolean holds, String field, int token) {
        if (!holds) {
            throw new ModelException(
                    Reason.INVALID_INPUT, "%s: %d (expected: 0 to %d)".formatted(field, token, EchoWords.LARGEST));
        }
    }

    private static List<Step> steps(List<String> words, int promptTokens, Decoding decoding) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Started(promptTokens));
        int max = Math.min(words.size(), decoding.length().max());
        FinishReason reason = words.size() > max ? FinishReason.LENGTH : FinishReason.STOP;
        int generated = 0;
        while (generated < max) {
            String word = words.get(generated);
            if (isStop(word, decoding.stop())) {
                reason = FinishReason.STOP_SEQUENCE;
                break;
            }
            String text = generated == 0 ? word : " " + word;
            steps.add(new Delta(text, List.of(EchoWords.token(word)), likelihoods(word, decoding)));
            generated++;
        }
        steps.add(new End(reason, new Usage(promptTokens, generated, 0, 0)));
        return steps;
    }

    private static boolean isStop(String word, Decoding.Stop stop) {
        return stop.texts().stream().anyMatch(word::contains) || stop.tokens().contains(EchoWords.token(word));
    }

    private static List<Likelihood> likelihoods(String word, Decoding decoding) {
        if (decoding.logProbabilities() == 0) {
            return List.of();
        }
        return List.of(new Likelihood(-1, List.of(new Candidate(EchoWords.token(word), word, -1))));
    }
}
