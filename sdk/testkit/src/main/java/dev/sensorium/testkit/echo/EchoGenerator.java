package dev.sensorium.testkit.echo;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Generator.Usage;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import dev.sensorium.spi.Video;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A generator that says the words of the prompt again, one token each: in their order, or shuffled by the seed if it is
 * to sample. Pictures and videos in the prompt take a token each and say nothing. All its words are equally likely. It
 * remembers the words of the prompt before.
 */
final class EchoGenerator {

    private final EchoConfig config;
    private final EchoInputs inputs;
    private final EchoLoop loop;
    private final EchoMemory memory = new EchoMemory();

    EchoGenerator(EchoConfig config, EchoInputs inputs, Path folder) {
        this.config = config;
        this.inputs = inputs;
        this.loop = new EchoLoop(config.talk(), folder);
    }

    Set<Prompt.Task> tasks() {
        return config.talk().tasks();
    }

    long keptBytes() {
        return memory.bytes();
    }

    Steps<Step> generate(Prompt prompt, Decoding decoding, PrepareOptions options) {
        List<String> words = words(prompt, options);
        int pictures = pictures(prompt);
        int tokens = words.size() + pictures + split(prompt.prefix()).size();
        Usage usage = new Usage(tokens, 0, pictures, 0, memory.reuse(words));
        for (int token : decoding.stop().tokens()) {
            require(token >= 0 && token <= EchoWords.LARGEST, "stop_tokens", token);
        }
        if (decoding.strategy() instanceof Decoding.Sample sample) {
            Collections.shuffle(words, new Random(sample.seed().orElseGet(System::nanoTime)));
        }
        List<String> said = Collections.nCopies(config.talk().repeat(), words).stream()
                .flatMap(List::stream)
                .toList();
        EchoSentence.Prologue prologue = new EchoSentence.Prologue(usage, videos(prompt), prompt.prefix());
        return loop.start(new EchoSentence(said, decoding, prologue, config.poison()));
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
        return loop.start(scores.iterator());
    }

    private String checked(Text text, int index, PrepareOptions options) {
        try {
            return inputs.checked(text, options.truncateText());
        } catch (ModelException e) {
            throw e.at("continuations[%d]".formatted(index));
        }
    }

    private List<String> words(Prompt prompt, PrepareOptions options) {
        List<String> words = new ArrayList<>();
        List<Content> contents = prompt.contents();
        for (int i = 0; i < contents.size(); i++) {
            try {
                inputs.frames(contents.get(i), options.truncateText());
            } catch (ModelException e) {
                throw e.at("contents[%d]".formatted(i));
            }
            if (contents.get(i) instanceof Text text) {
                words.addAll(split(inputs.checked(text, options.truncateText())));
            }
        }
        return words;
    }

    private static List<Video.Sample> videos(Prompt prompt) {
        return prompt.contents().stream()
                .filter(Video.class::isInstance)
                .map(video -> EchoInputs.sample((Video) video))
                .toList();
    }

    private static int pictures(Prompt prompt) {
        return (int) prompt.contents().stream()
                .filter(content -> !(content instanceof Text))
                .count();
    }

    private static List<String> split(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private static void require(boolean holds, String field, int token) {
        if (!holds) {
            throw new ModelException(Reason.INVALID_INPUT, "%d (expected: 0 to %d)".formatted(token, EchoWords.LARGEST))
                    .at(field);
        }
    }

    void close() {
        loop.close();
    }
}
