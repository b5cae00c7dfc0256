package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Value.Numbers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What policies promise: each promise, broken, is found and told. */
class BrokenPolicyTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeCheckpoint() {
        TinyCheckpoint.of(Map.of("model_type", "echo", "dimensions", 8)).writeTo(folder);
    }

    private Fake.Contract contract(UnaryOperator<Model> breaking) {
        return Fake.contract(new Fake.Provider(breaking), folder);
    }

    /** Returns the contract of a model whose actions come out changed. */
    private Fake.Contract acting(UnaryOperator<Action> breaking) {
        return contract(model -> new Fake(model) {
            @Override
            public Episode open(Task task) {
                Episode episode = super.open(task);
                return new Episode() {
                    @Override
                    public CompletionStage<Action> act(Observation observation) {
                        return episode.act(observation).thenApply(breaking);
                    }

                    @Override
                    public void close() {
                        episode.close();
                    }
                };
            }
        });
    }

    private static void assertFails(ThrowingCallable test, String... words) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(test)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
    }

    @Test
    void actionOutsideItsSpace() {
        Fake.Contract outside = acting(action -> new Action(Map.of("move", Numbers.of(2, 0), "grip", Numbers.of(0))));
        assertFails(outside::actsInTheSpacesOfTheTask, "action.values[\"move\"][0]");
        Fake.Contract missing = acting(action -> new Action(Map.of("move", Numbers.of(0, 0))));
        assertFails(missing::actsInTheSpacesOfTheTask, "action.values[\"grip\"]: missing");
        Fake.Contract half = acting(action -> new Action(Map.of("move", Numbers.of(0, 0), "grip", Numbers.of(0.5f))));
        assertFails(half::actsInTheSpacesOfTheTask, "action.values[\"grip\"]: 0.5 (expected: an integer, 0 to 1)");
    }

    @Test
    void episodesThatShareAMemory() {
        float[] memory = {0};
        Fake.Contract contract =
                acting(action -> new Action(Map.of("move", Numbers.of(0, memory[0] += 1e-3f), "grip", Numbers.of(0))));
        assertFails(contract::actsTheSameInTheSameEpisode, "many at once");
    }

    @Test
    void seedsThatSayNothing() {
        Random random = new Random();
        Fake.Contract contract =
                acting(action -> new Action(Map.of("move", Numbers.of(0, random.nextFloat()), "grip", Numbers.of(0))));
        assertFails(contract::actsTheSameFromTheSameSeed, "many at once");
    }

    @Test
    void demonstrationsOfAnyLength() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Episode open(Task task) {
                return super.open(task.demonstrated(List.of()));
            }
        });
        assertFails(contract::followsADemonstrationUpToItsContext, "a demonstration of 100,000 steps must be refused");
    }

    @Test
    void actionsThatFailInOtherWaysWhenTheirEpisodeIsClosed() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Episode open(Task task) {
                Episode episode = super.open(task);
                return new Episode() {
                    @Override
                    public CompletionStage<Action> act(Observation observation) {
                        return episode.act(observation).exceptionally(failure -> {
                            throw new IllegalStateException("closed");
                        });
                    }

                    @Override
                    public void close() {
                        episode.close();
                    }
                };
            }
        });
        assertFails(
                contract::givesBackThePlaceOfClosedEpisodes, "how an action ends whose episode is closed meanwhile");
    }

    @Test
    void observationsThatAreNotChecked() {
        Fake.Contract contract = contract(model -> new Fake(model) {
            @Override
            public Episode open(Task task) {
                Episode episode = super.open(task);
                return new Episode() {
                    @Override
                    public CompletionStage<Action> act(Observation observation) {
                        return CompletableFuture.completedFuture(new Action(Map.of("move", Numbers.of(0, 0))));
                    }

                    @Override
                    public void close() {
                        episode.close();
                    }
                };
            }
        });
        assertFails(
                contract::refusesObservationsThatDoNotFitAndGoesOn,
                "an observation with a missing part must be refused");
    }
}
