package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.kit.checkpoint.HubConfig;
import dev.sensorium.spi.Capability;
import dev.sensorium.spi.Content;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.ImageGenerator;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelCard;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every plugin promises, whatever its models can do. A plugin's test implements the contract of each capability
 * that its model has, and none that it has not:
 *
 * <pre>{@code
 * class ClipContractTest implements DualEncoderContract {
 *     public ModelProvider provider() { return new ClipProvider(); }
 *     public ModelSpec spec() { return ModelSpec.of(new ModelId("tiny", "1"), Path.of("src/test/resources/tiny")); }
 * }
 * }</pre>
 *
 * <p>The checkpoint is loaded many times, so it should be small. The samples come from {@link Samples}; a model that
 * needs other ones overrides {@link #samples} and {@link #overlongText}.
 */
public interface ModelContract {

    /** Returns the provider under test. */
    ModelProvider provider();

    /** Returns a small checkpoint that the provider can load. */
    ModelSpec spec();

    /** Returns at least two different contents of each of these kinds. */
    default List<Content> samples(Set<Modality> modalities) {
        return Samples.of(modalities);
    }

    /** Returns a text that is longer than the model takes. */
    default Text overlongText() {
        return new Text("word ".repeat(20_000));
    }

    @Test
    default void isRegistered() {
        assertThat(ServiceLoader.load(ModelProvider.class).stream())
                .as(
                        "META-INF/services/%s must name %s, which must be public with a public constructor that takes nothing",
                        ModelProvider.class.getName(), provider().getClass().getName())
                .anySatisfy(
                        found -> assertThat(found.type()).isEqualTo(provider().getClass()));
    }

    @Test
    default void familyIsTheModelTypeOfTheCheckpoint() {
        assertThat(provider().family())
                .as("family() must be the model_type of the config.json files that this provider loads")
                .isEqualTo(HubConfig.read(spec().folder(), "config.json")
                        .string("model_type")
                        .required());
    }

    @Test
    default void hasTheCapabilitiesItDeclaresAndNoOthers() {
        Map<Class<? extends Capability>, Boolean> declared = Map.of(
                Embedder.class, this instanceof EmbedderContract,
                Matcher.class, this instanceof MatcherContract,
                Generator.class, this instanceof GeneratorContract,
                ImageGenerator.class, this instanceof ImageGeneratorContract,
                Policy.class, this instanceof PolicyContract);
        try (Model model = Contracts.load(this)) {
            declared.forEach((capability, yes) -> assertThat(capability.isInstance(model))
                    .as(
                            "the model %s a %s, so its test must %s %sContract",
                            yes ? "is not" : "is",
                            capability.getSimpleName(),
                            yes ? "not implement" : "implement",
                            capability.getSimpleName())
                    .isEqualTo(yes));
        }
    }

    @Test
    default void cardIsComplete() {
        try (Model model = Contracts.load(this)) {
            ModelCard card = model.card();
            assertThat(card.architecture()).as("card: architecture").isNotBlank();
            assertThat(card.dtype()).as("card: dtype").isNotBlank();
            assertThat(card.parity())
                    .as("card: parity, the reference and the tolerance")
                    .isNotBlank();
            assertThat(card.parameters()).as("card: number of parameters").isPositive();
            assertThat(card.limits())
                    .as("card: limits, such as \"text_tokens\" to 77")
                    .allSatisfy((name, limit) -> {
                        assertThat(name).isNotBlank();
                        assertThat(limit).isPositive();
                    });
        }
    }

    @Test
    default void refusesSettingsItDoesNotKnow() {
        Map<String, String> settings = new HashMap<>(spec().settings());
        settings.put("no_such_setting", "1");
        ModelSpec spec = spec();
        ModelSpec odd = new ModelSpec(spec.id(), spec.folder(), spec.device(), spec.limits(), settings);
        Contracts.assertRefused(
                "load with an unknown setting, which must be named",
                () -> provider().load(odd).close(),
                Set.of(Reason.INVALID_CHECKPOINT, Reason.INVALID_INPUT),
                "no_such_setting");
    }

    @Test
    default void refusesAFolderWithoutConfig(@TempDir Path empty) {
        ModelSpec spec = Contracts.at(empty, spec());
        Contracts.assertRefused(
                "load of an empty folder, where config.json must be named",
                () -> provider().load(spec).close(),
                Set.of(Reason.INVALID_CHECKPOINT),
                "config.json");
        Contracts.assertRefused(
                "estimate of an empty folder, where config.json must be named",
                () -> provider().estimateBytes(spec),
                Set.of(Reason.INVALID_CHECKPOINT),
                "config.json");
    }

    @Test
    default void refusesBrokenWeightFiles(@TempDir Path temporary) throws IOException {
        for (Path file : Contracts.weightFiles(spec().folder())) {
            for (TinyCheckpoint.Fault fault : TinyCheckpoint.Fault.values()) {
                Path copy = TinyCheckpoint.copy(spec().folder(), temporary.resolve(file.getFileName() + "-" + fault));
                TinyCheckpoint.corrupt(copy.resolve(file.getFileName()), fault);
                Contracts.assertRefused(
                        "load of a checkpoint whose %s is %s".formatted(file.getFileName(), fault),
                        () -> provider().load(Contracts.at(copy, spec())).close(),
                        Set.of(Reason.INVALID_CHECKPOINT),
                        "");
            }
        }
    }

    @Test
    default void estimatesFromHeadersAlone(@TempDir Path temporary) throws IOException {
        long estimate = provider().estimateBytes(spec());
        assertThat(estimate).as("estimateBytes").isPositive();
        Path copy = TinyCheckpoint.copy(spec().folder(), temporary.resolve("nan"));
        for (Path file : Contracts.weightFiles(copy)) {
            TinyCheckpoint.fillWithNaN(file);
        }
        assertThat(provider().estimateBytes(Contracts.at(copy, spec())))
                .as("estimateBytes must read headers, never weights: other weights of the same shapes, same estimate")
                .isEqualTo(estimate);
    }

    /** Measured in a process of its own, over several copies of the model, so that the JVM's own growth is small. */
    @Test
    default void staysUnderItsEstimateAndFreesOnClose() throws IOException, InterruptedException {
        MemoryProbe.Report report = MemoryProbe.measure(provider(), spec());
        long estimate = provider().estimateBytes(spec());
        assertThat(report.bytesPerModel())
                .as("bytes of resident memory that a loaded model takes (expected: <= estimateBytes, %d)", estimate)
                .isLessThanOrEqualTo(estimate);
        assertThat(report.bytesKept())
                .as("bytes of resident memory that %d closed models left behind; does close free?", report.models())
                .isLessThanOrEqualTo(report.bytesAllowedToStay());
    }

    @Test
    default void closesTwiceAndLoadsAgain() {
        Model first = Contracts.load(this);
        ModelCard card = first.card();
        first.close();
        first.close();
        try (Model second = Contracts.load(this)) {
            assertThat(second.card())
                    .as("card of the model loaded a second time")
                    .isEqualTo(card);
        }
    }
}
