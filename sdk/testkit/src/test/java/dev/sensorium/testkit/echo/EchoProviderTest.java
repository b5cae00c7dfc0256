package dev.sensorium.testkit.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sensorium.spi.Content;
import dev.sensorium.spi.Decoding;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Generator.Delta;
import dev.sensorium.spi.Generator.Started;
import dev.sensorium.spi.Generator.Step;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.PrepareOptions;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Steps;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The knobs that tests of servers turn. */
class EchoProviderTest {

    @TempDir
    private Path folder;

    @Test
    void hasEveryCapabilityUnlessToldToEmbedOnly() throws IOException {
        assertThat(load("")).isInstanceOf(Matcher.class).isInstanceOf(Generator.class);
        assertThat(load(", \"embed_only\": true")).isInstanceOf(Embedder.class).isNotInstanceOf(Matcher.class);
    }

    @Test
    void failsToLoadWithTheMessageItIsGiven() throws IOException {
        write(", \"fail_load\": \"no such luck\"");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new EchoProvider().load(spec(Map.of())))
                .withMessage("no such luck")
                .returns(Reason.INVALID_CHECKPOINT, ModelException::reason);
    }

    @Test
    void estimatesWhatItIsTold() throws IOException {
        write(", \"estimate_bytes\": 5000000000");
        assertThat(new EchoProvider().estimateBytes(spec(Map.of()))).isEqualTo(5_000_000_000L);
    }

    @Test
    void refusesSettingsAndFoldersOfOthers() throws IOException {
        write("");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new EchoProvider().load(spec(Map.of("colour", "red"))))
                .withMessage("settings: [colour] (expected: none)");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"clip\"}");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new EchoProvider().load(spec(Map.of())))
                .withMessage("config.json: model_type \"clip\" (expected: \"echo\")");
    }

    @Test
    void poisonFailsItsBatchOnly() throws IOException {
        Embedder model = (Embedder) load(", \"poison\": \"arsenic\"");
        assertThat(embed(model, new Text("lace"))).hasSize(8);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> embed(model, new Text("arsenic and old lace")));
    }

    @Test
    void brokenWeightsAreNotFinite() throws IOException {
        Embedder model = (Embedder) load(", \"nan\": true");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> embed(model, new Text("lace")))
                .returns(Reason.NOT_FINITE, ModelException::reason);
    }

    @Test
    void gateHoldsBatchesUntilItIsOpened() throws Exception {
        Embedder model = (Embedder) load("");
        CompletableFuture<float[]> held;
        try (EchoGate gate = EchoGate.shut(folder)) {
            held = CompletableFuture.supplyAsync(() -> embed(model, new Text("lace")));
            assertThat(gate.awaitHeld(1)).containsExactly(1);
            assertThat(held).isNotDone();
        }
        assertThat(held.get(1, TimeUnit.MINUTES)).isEqualTo(embed(model, new Text("lace")));
        assertThat(folder).isDirectoryNotContaining("glob:**/gate*");
    }

    @Test
    void gateHoldsWordsUntilItIsOpened() throws Exception {
        Generator model = (Generator) load("");
        try (Steps<Step> steps = say(model, "old lace")) {
            assertThat(steps.next()).contains(new Started(2));
            Steps<Step> held;
            try (EchoGate gate = EchoGate.shut(folder)) {
                held = say(model, "more lace");
                gate.awaitHeld(1);
                assertThat(held.isReady()).isFalse();
            }
            assertThat(held.next()).contains(new Started(2));
        }
    }

    @Test
    void wordsAreRepeatedAsOftenAsToldAndPoisonIsNotSaid() throws Exception {
        Generator model = (Generator) load(", \"repeat\": 2, \"poison\": \"arsenic\"");
        assertThat(words(say(model, "old lace"))).isEqualTo("old lace old lace");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> words(say(model, "arsenic and old lace")))
                .withMessage("poisoned");
    }

    @Test
    void whatFindsNoSlotWaitsAndWhatFindsNoPlaceToWaitIsRefused() throws Exception {
        Generator model = (Generator) load(", \"slots\": 1, \"queue\": 1");
        Steps<Step> first = say(model, "a b c d e f g h i j");
        assertThat(first.next()).isPresent();
        Steps<Step> second = say(model, "old lace");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> say(model, "no place"))
                .withMessage("generations: 1 under way and 1 waiting (expected: fewer)")
                .returns(Reason.CAPACITY, ModelException::reason);
        assertThat(second.isReady()).isFalse();
        first.close();
        assertThat(words(second)).isEqualTo("old lace");
    }

    @Test
    void canBeAskedForWhatItIsTold() throws IOException {
        assertThat(((Generator) load("")).tasks()).containsExactlyInAnyOrder(Prompt.Task.values());
        assertThat(((Generator) load(", \"tasks\": \"GENERATE CAPTION\"")).tasks())
                .containsExactlyInAnyOrder(Prompt.Task.GENERATE, Prompt.Task.CAPTION);
    }

    private static Steps<Step> say(Generator model, String words) {
        Prompt prompt = Prompt.of(Prompt.Task.GENERATE, List.of(new Text(words)));
        return model.generate(prompt, Decoding.greedy(100), PrepareOptions.DEFAULT);
    }

    private static String words(Steps<Step> steps) throws InterruptedException {
        StringBuilder words = new StringBuilder();
        for (Optional<Step> step = steps.next(); step.isPresent(); step = steps.next()) {
            if (step.get() instanceof Delta delta) {
                words.append(delta.text());
            }
        }
        return words.toString();
    }

    private static float[] embed(Embedder model, Content content) {
        return model.embed(List.of(model.prepare(content, PrepareOptions.DEFAULT)))
                .get(0);
    }

    private Model load(String knobs) throws IOException {
        write(knobs);
        return new EchoProvider().load(spec(Map.of()));
    }

    private void write(String knobs) throws IOException {
        Files.writeString(
                folder.resolve("config.json"), "{\"model_type\": \"echo\", \"dimensions\": 8%s}".formatted(knobs));
    }

    private ModelSpec spec(Map<String, String> settings) {
        ModelSpec spec = ModelSpec.of(new ModelId("echo", "1"), folder);
        return new ModelSpec(spec.id(), folder, spec.device(), spec.limits(), settings);
    }
}
