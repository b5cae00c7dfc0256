package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.testkit.echo.EchoProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every plugin promises: each promise, broken, is found and told. */
class BrokenModelTest {

    @TempDir
    private Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void writeCheckpoint() {
        folder = TinyCheckpoint.of(Map.of("model_type", "echo", "dimensions", 8))
                .with("ignored", List.of(2), 1, 2)
                .with("too", List.of(1), 3)
                .writeTo(temporary.resolve("echo"));
    }

    private Fake.Contract contract(ModelProvider provider) {
        return Fake.contract(provider, folder);
    }

    private Fake.Contract contract(UnaryOperator<Model> breaking) {
        return contract(new Fake.Provider(breaking));
    }

    private static void assertFails(ThrowingCallable test, String... words) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(test)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
    }

    @Test
    void providerThatNoServicesFileNames() {
        assertFails(() -> contract(model -> model).isRegistered(), "META-INF/services/", "must name", "Fake$Provider");
    }

    @Test
    void familyOfAnother() {
        ModelProvider provider = new Fake.Provider() {
            @Override
            public String family() {
                return "clip";
            }
        };
        assertFails(() -> contract(provider).familyIsTheModelTypeOfTheCheckpoint(), "model_type", "echo", "clip");
    }

    @Test
    void capabilityThatIsNotDeclared() {
        ModelContract less = new ModelContract() {
            @Override
            public ModelProvider provider() {
                return new EchoProvider();
            }

            @Override
            public ModelSpec spec() {
                return contract(model -> model).spec();
            }
        };
        assertFails(less::hasTheCapabilitiesItDeclaresAndNoOthers, "the model is a", "its test must implement");
    }

    @Test
    void capabilityThatIsMissing() {
        TinyCheckpoint.of(Map.of("model_type", "echo", "dimensions", 8, "embed_only", true))
                .writeTo(folder);
        assertFails(
                () -> contract(model -> model).hasTheCapabilitiesItDeclaresAndNoOthers(),
                "the model is not a",
                "its test must not implement");
    }

    @Test
    void cardWithoutParity() {
        assertFails(
                () -> contract(model -> new Fake(model) {
                            @Override
                            public ModelCard card() {
                                ModelCard card = super.card();
                                return new ModelCard(
                                        card.architecture(), card.parameters(), card.dtype(), "", card.limits());
                            }
                        })
                        .cardIsComplete(),
                "card: parity");
    }

    @Test
    void settingThatIsIgnored() {
        ModelProvider provider = new Fake.Provider() {
            @Override
            public Model load(ModelSpec spec) {
                return super.load(ModelSpec.of(spec.id(), spec.folder()));
            }
        };
        assertFails(() -> contract(provider).refusesSettingsItDoesNotKnow(), "unknown setting", "ModelException");
    }

    @Test
    void failureThatIsNoModelException() {
        ModelProvider provider = new Fake.Provider() {
            @Override
            public Model load(ModelSpec spec) {
                throw new UncheckedIOException(new IOException(spec.folder() + " is empty"));
            }
        };
        assertFails(() -> contract(provider).refusesAFolderWithoutConfig(temporary), "ModelException", "empty folder");
    }

    @Test
    void failureThatTellsAPath() {
        ModelProvider provider = new Fake.Provider() {
            @Override
            public Model load(ModelSpec spec) {
                throw new ModelException(Reason.INVALID_CHECKPOINT, spec.folder() + "/config.json is missing");
            }
        };
        assertFails(() -> contract(provider).refusesAFolderWithoutConfig(temporary), "no paths");
    }

    @Test
    void weightsThatAreNotRead() {
        assertFails(
                () -> contract(model -> model).refusesBrokenWeightFiles(temporary),
                "model.safetensors is EMPTY",
                "ModelException");
        assertFails(() -> contract(model -> model).tellsBrokenWeights(temporary), "weights are NaN");
    }

    @Test
    void estimateFromWeights() {
        ModelProvider provider = new Fake.Provider() {
            @Override
            public long estimateBytes(ModelSpec spec) {
                try {
                    byte[] weights = Files.readAllBytes(spec.folder().resolve(TinyCheckpoint.WEIGHTS));
                    return Arrays.hashCode(weights) & 0xffff;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        assertFails(() -> contract(provider).estimatesFromHeadersAlone(temporary), "never weights");
    }

    @Test
    void moreMemoryThanEstimated() {
        assertFails(
                () -> contract(new Hungry()).staysUnderItsEstimateAndFreesOnClose(),
                "expected: <= estimateBytes, 1048576");
    }

    @Test
    void memoryThatCloseDoesNotFree() {
        assertFails(
                () -> contract(new Leaking()).staysUnderItsEstimateAndFreesOnClose(),
                "closed models left behind",
                "does close free?");
    }

    @Test
    void loadingThatFailsInItsOwnProcess() {
        assertFails(
                () -> contract(model -> model).staysUnderItsEstimateAndFreesOnClose(),
                "in a process of their own failed",
                "Fake$Provider");
    }

    @Test
    void closeThatWorksOnlyOnce() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> contract(model -> new Fake(model) {
                            private boolean closed;

                            @Override
                            public void close() {
                                if (closed) {
                                    throw new IllegalStateException("closed twice");
                                }
                                closed = true;
                            }
                        })
                        .closesTwiceAndLoadsAgain())
                .withMessage("closed twice");
    }

    /** A provider of models that take 8 MiB each, eight times what they say. */
    public static class Hungry extends Fake.Provider {

        @Override
        public Model load(ModelSpec spec) {
            ByteBuffer memory = ByteBuffer.allocateDirect(8 << 20);
            return new Fake(super.load(spec)) {
                @Override
                public void close() {
                    memory.clear();
                }
            };
        }
    }

    /** A provider of models that take 8 MiB each, say so, and never give them back. */
    public static class Leaking extends Hungry {

        private final List<Model> kept = new ArrayList<>();

        @Override
        public long estimateBytes(ModelSpec spec) {
            return 10 << 20;
        }

        @Override
        public Model load(ModelSpec spec) {
            Model model = super.load(spec);
            kept.add(model);
            return model;
        }
    }
}
