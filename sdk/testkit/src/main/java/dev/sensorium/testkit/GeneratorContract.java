package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Likelihood;
import dev.sensorium.spi.Generator.Score;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What a model promises that is a {@link Generator}. */
public interface GeneratorContract extends ModelContract {

    /** Returns a prompt that this many tokens do not exhaust: {@link #maxTokens}. */
    default Prompt prompt(Generator generator) {
        List<Content> contents = new ArrayList<>();
        for (Modality modality : generator.promptable()) {
            contents.add(samples(Set.of(modality)).get(0));
        }
        return Prompt.of(Prompt.Task.GENERATE, contents);
    }

    /** Returns the same prompt with one of its contents, of the modality of {@code other}, exchanged for it. */
    default Prompt promptWith(Generator generator, Content other) {
        return Prompt.of(
                Prompt.Task.GENERATE,
                prompt(generator).contents().stream()
                        .map(content -> content.modality() == other.modality() ? other : content)
                        .toList());
    }

    /** Returns how many tokens to generate, at least 2. */
    default int maxTokens() {
        return 3;
    }

    @Test
    default void saysWhatItCanBeAskedFor() {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            assertThat(generator.promptable()).as("promptable()").isNotEmpty();
            assertThat(generator.tasks()).as("tasks()").contains(Prompt.Task.GENERATE);
            assertThat(generator.defaults()).as("defaults()").isNotNull();
        }
    }

    @Test
    default void generatesAStartDeltasAndOneEnd() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            List<Step> steps = greedy((Generator) model, maxTokens());
            assertThat(steps).as("steps").hasSizeGreaterThanOrEqualTo(2);
            assertThat(steps.get(0)).as("the first step is a Started").isInstanceOf(Started.class);
            assertThat(steps.subList(1, steps.size() - 1))
                    .as("all steps between are Deltas")
                    .allMatch(Delta.class::isInstance);
            assertThat(steps.get(steps.size() - 1))
                    .as("the last step is an End")
                    .isInstanceOf(End.class);
        }
    }

    @Test
    default void countsItsTokensAndKeepsTheirLimit() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            for (int limit : List.of(1, maxTokens())) {
                List<Step> steps = greedy((Generator) model, limit);
                End end = (End) steps.get(steps.size() - 1);
                int tokens =
                        deltas(steps).mapToInt(delta -> delta.tokens().size()).sum();
                assertThat(tokens)
                        .as("tokens of all Deltas (expected: <= maxTokens)")
                        .isLessThanOrEqualTo(limit);
                assertThat(end.usage().generatedTokens())
                        .as("End.usage.generatedTokens")
                        .isEqualTo(tokens);
                assertThat(end.usage().promptTokens())
                        .as("promptTokens of Started and of End.usage")
                        .isPositive()
                        .isEqualTo(((Started) steps.get(0)).promptTokens());
                if (tokens < limit) {
                    assertThat(end.reason()).as("End.reason below maxTokens").isEqualTo(FinishReason.STOP);
                }
            }
        }
    }

    @Test
    default void tellsHowLikelyItsTokensWereIfAsked() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Decoding asked = Decoding.greedy(maxTokens()).withLogProbabilities(1);
            deltas(steps((Generator) model, asked)).forEach(delta -> {
                assertThat(delta.likelihoods()).as("likelihoods, one per token").hasSameSizeAs(delta.tokens());
                for (Likelihood likelihood : delta.likelihoods()) {
                    assertThat(likelihood.logProbability())
                            .as("logProbability")
                            .isFinite()
                            .isLessThanOrEqualTo(0);
                    assertThat(likelihood.best()).as("the most likely token").hasSize(1);
                }
            });
            assertThat(deltas(greedy((Generator) model, maxTokens())))
                    .as("likelihoods that nobody asked for")
                    .allMatch(delta -> delta.likelihoods().isEmpty());
        }
    }

    @Test
    default void generatesTheSameFromTheSameSeed() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            assertThat(steps(generator, Decoding.greedy(maxTokens())))
                    .as("greedy steps, generated twice")
                    .isEqualTo(steps(generator, Decoding.greedy(maxTokens())));
            Decoding seeded = Decoding.greedy(maxTokens()).with(Decoding.Sample.of(1, 7));
            assertThat(steps(generator, seeded))
                    .as("steps sampled twice with the same seed")
                    .isEqualTo(steps(generator, seeded));
        }
    }

    @Test
    default void generatesForManyAtOnce() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            List<Step> alone = withoutUsage(greedy(generator, maxTokens()));
            List<List<List<Step>>> results = Contracts.inParallel(List.of(generator), this::greedyUnchecked);
            assertThat(results.get(0)).as("steps beside other streams").allMatch(alone::equals);
        }
    }

    @Test
    default void tellsWhenAStepIsReady() throws InterruptedException {
        try (Model model = Contracts.load(this);
                Steps<Step> steps = start((Generator) model, Decoding.greedy(maxTokens()))) {
            for (boolean more = true; more; more = steps.next().isPresent()) {
                CountDownLatch ready = new CountDownLatch(1);
                steps.onReady(ready::countDown);
                assertThat(ready.await(1, TimeUnit.MINUTES))
                        .as("the listener of onReady was run")
                        .isTrue();
                assertThat(steps.isReady())
                        .as("isReady() after the listener was run")
                        .isTrue();
            }
            assertThat(steps.isReady()).as("isReady() at the end").isTrue();
        }
    }

    @Test
    default void endsAtOnceWhenClosedAndGivesBackItsPlace() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            List<Step> whole = withoutUsage(greedy(generator, maxTokens()));
            for (int i = 0; i < 100; i++) {
                Steps<Step> steps = start(generator, Decoding.greedy(maxTokens()));
                assertThat(steps.next()).as("first step").isPresent();
                steps.close();
                steps.close();
                assertThat(steps.next()).as("next() after close").isEmpty();
            }
            assertThat(withoutUsage(greedy(generator, maxTokens())))
                    .as("steps after 100 cancelled streams")
                    .isEqualTo(whole);
        }
    }

    @Test
    default void scoresContinuationsInOrder() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            List<Text> texts = List.of(new Text("a red circle"), new Text("blue"), new Text("a red circle"));
            List<Score> scores = Contracts.all(generator.score(prompt(generator), texts, PrepareOptions.DEFAULT));
            assertThat(scores).as("scores, one per text").hasSameSizeAs(texts);
            for (Score score : scores) {
                assertThat(score.logProbabilities())
                        .as("log-probabilities, one per token")
                        .hasSameSizeAs(score.tokens())
                        .isNotEmpty()
                        .allMatch(value -> value <= 0 && Float.isFinite(value));
            }
            assertThat(scores.get(2).tokens()).isEqualTo(scores.get(0).tokens());
            assertThat(scores.get(2).logLikelihood())
                    .as("log-likelihood of the same text in another place")
                    .isCloseTo(scores.get(0).logLikelihood(), Offset.offset(1e-3));
        }
    }

    @Test
    default void refusesPromptsItCannotContinue() {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            for (Modality modality : Modality.values()) {
                boolean taken = generator.promptable().contains(modality);
                for (Content bad : taken ? Samples.unreadable(modality) : Samples.of(EnumSet.of(modality))) {
                    Prompt prompt = taken ? promptWith(generator, bad) : Prompt.of(Prompt.Task.GENERATE, List.of(bad));
                    assertPromptRefused(generator, "bad " + modality, prompt, Reason.INVALID_INPUT);
                }
            }
            if (generator.promptable().contains(Modality.TEXT)) {
                Prompt tooLong = promptWith(generator, overlongText());
                assertPromptRefused(generator, "a prompt that is too long", tooLong, Reason.TOO_LONG);
            }
        }
    }

    private void assertPromptRefused(Generator generator, String what, Prompt prompt, Reason reason) {
        Contracts.assertRefusedAt(
                what,
                () -> generator
                        .generate(prompt, Decoding.greedy(maxTokens()), PrepareOptions.DEFAULT)
                        .close(),
                Set.of(reason),
                "contents[");
    }

    private static Stream<Delta> deltas(List<Step> steps) {
        return steps.stream().filter(Delta.class::isInstance).map(Delta.class::cast);
    }

    /** Returns the steps without the usage at their end, which tells of encodings that others may have left. */
    private static List<Step> withoutUsage(List<Step> steps) {
        return steps.subList(0, steps.size() - 1);
    }

    private Steps<Step> start(Generator generator, Decoding decoding) {
        return generator.generate(prompt(generator), decoding, PrepareOptions.DEFAULT);
    }

    private List<Step> steps(Generator generator, Decoding decoding) throws InterruptedException {
        return withoutUsage(Contracts.all(start(generator, decoding)));
    }

    private List<Step> greedy(Generator generator, int tokens) throws InterruptedException {
        return Contracts.all(start(generator, Decoding.greedy(tokens)));
    }

    private List<Step> greedyUnchecked(Generator generator) {
        try {
            return withoutUsage(greedy(generator, maxTokens()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
