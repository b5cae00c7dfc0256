package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.End;
import dev.sensorium.spi.Generator.FinishReason;
import dev.sensorium.spi.Generator.Sampling;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Steps;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a model promises that is a {@link Generator}. */
public interface GeneratorContract extends ModelContract {

    /** Returns a prompt that this many tokens do not exhaust: {@link #maxTokens}. */
    default List<Content> prompt(Generator generator) {
        List<Content> prompt = new ArrayList<>();
        for (Modality modality : generator.promptable()) {
            prompt.add(samples(Set.of(modality)).get(0));
        }
        return prompt;
    }

    /** Returns how many tokens to generate, at least 2. */
    default int maxTokens() {
        return 3;
    }

    @Test
    default void generatesDeltasAndOneEnd() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            assertThat(generator.promptable()).as("promptable()").isNotEmpty();
            List<Step> steps = greedy(generator);
            assertThat(steps).as("steps").isNotEmpty();
            assertThat(steps.subList(0, steps.size() - 1))
                    .as("all steps but the last are Deltas")
                    .allMatch(Delta.class::isInstance);
            assertThat(steps.get(steps.size() - 1))
                    .as("the last step is an End")
                    .isInstanceOf(End.class);
        }
    }

    @Test
    default void countsItsTokensAndKeepsTheirLimit() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            for (int limit : List.of(1, maxTokens())) {
                List<Step> steps = Contracts.all(generator.generate(prompt(generator), Sampling.greedy(limit)));
                End end = (End) steps.get(steps.size() - 1);
                int tokens = steps.stream()
                        .mapToInt(step ->
                                step instanceof Delta delta ? delta.tokens().size() : 0)
                        .sum();
                assertThat(tokens)
                        .as("tokens of all Deltas (expected: <= maxTokens)")
                        .isLessThanOrEqualTo(limit);
                assertThat(end.generatedTokens()).as("End.generatedTokens").isEqualTo(tokens);
                assertThat(end.promptTokens()).as("End.promptTokens").isPositive();
                if (tokens < limit) {
                    assertThat(end.reason()).as("End.reason below maxTokens").isEqualTo(FinishReason.STOP);
                }
            }
        }
    }

    @Test
    default void generatesTheSameFromTheSameSeed() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            assertThat(greedy(generator)).as("greedy steps, generated twice").isEqualTo(greedy(generator));
            Sampling seeded = new Sampling(maxTokens(), 1, 0, 1, OptionalLong.of(7));
            assertThat(Contracts.all(generator.generate(prompt(generator), seeded)))
                    .as("steps sampled twice with the same seed")
                    .isEqualTo(Contracts.all(generator.generate(prompt(generator), seeded)));
        }
    }

    @Test
    default void generatesForManyAtOnce() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            List<Step> alone = greedy(generator);
            List<List<List<Step>>> results = Contracts.inParallel(List.of(generator), each -> greedyUnchecked(each));
            assertThat(results.get(0)).as("steps beside other streams").allMatch(alone::equals);
        }
    }

    @Test
    default void endsAtOnceWhenClosedAndGivesBackItsPlace() throws InterruptedException {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            List<Step> whole = greedy(generator);
            for (int i = 0; i < 100; i++) {
                Steps<Step> steps = generator.generate(prompt(generator), Sampling.greedy(maxTokens()));
                assertThat(steps.next()).as("first step").isPresent();
                steps.close();
                steps.close();
                assertThat(steps.next()).as("next() after close").isEmpty();
            }
            assertThat(greedy(generator))
                    .as("steps after 100 cancelled streams")
                    .isEqualTo(whole);
        }
    }

    @Test
    default void refusesPromptsItCannotContinue() {
        try (Model model = Contracts.load(this)) {
            Generator generator = (Generator) model;
            assertPromptRefused(generator, "an empty prompt", List.of(), Reason.INVALID_INPUT);
            for (Modality modality : Modality.values()) {
                List<Content> bad = generator.promptable().contains(modality)
                        ? Samples.unreadable(modality)
                        : Samples.of(EnumSet.of(modality));
                bad.forEach(content ->
                        assertPromptRefused(generator, "bad " + modality, List.of(content), Reason.INVALID_INPUT));
            }
            if (generator.promptable().contains(Modality.TEXT)) {
                assertPromptRefused(generator, "a prompt that is too long", List.of(overlongText()), Reason.TOO_LONG);
            }
        }
    }

    private void assertPromptRefused(Generator generator, String what, List<Content> prompt, Reason reason) {
        Contracts.assertRefused(
                what,
                () -> generator.generate(prompt, Sampling.greedy(maxTokens())).close(),
                Set.of(reason),
                "");
    }

    private List<Step> greedy(Generator generator) throws InterruptedException {
        return Contracts.all(generator.generate(prompt(generator), Sampling.greedy(maxTokens())));
    }

    private List<Step> greedyUnchecked(Generator generator) {
        try {
            return greedy(generator);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
