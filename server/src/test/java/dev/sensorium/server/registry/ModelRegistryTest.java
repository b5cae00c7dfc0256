package dev.sensorium.server.registry;

import static dev.sensorium.server.registry.ModelState.CLOSED;
import static dev.sensorium.server.registry.ModelState.DRAINING;
import static dev.sensorium.server.registry.ModelState.FAILED;
import static dev.sensorium.server.registry.ModelState.LOADING;
import static dev.sensorium.server.registry.ModelState.READY;
import static dev.sensorium.server.registry.ModelState.REGISTERED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.server.ServiceException;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Status;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models are loaded, leased and closed, and a bad one stops no other. */
class ModelRegistryTest extends RegistryTest {

    @Test
    void aModelThatIsReadyTellsWhatItIs() throws Exception {
        echo("echo/7", "");

        ModelStatus model = loaded().model("echo");

        assertThat(model.key()).isEqualTo(new ModelVersion("echo", "7"));
        assertThat(model.family()).isEqualTo("echo");
        LoadedModel loaded = model.loaded().orElseThrow();
        assertThat(loaded.device()).isEqualTo(Device.cpu());
        assertThat(loaded.estimatedBytes()).isEqualTo(1 << 20);
        assertThat(loaded.checkpointSha256()).isEqualTo(CheckpointDigest.of(models().resolve("echo/7")));
        assertThat(loaded.facts().dimensions()).isEqualTo(8);
        assertThat(loaded.facts().modalities())
                .containsExactlyInAnyOrder(Modality.TEXT, Modality.IMAGE, Modality.VIDEO);
        assertThat(loaded.facts().capabilities()).hasSize(5).startsWith(Embedder.class, Matcher.class);
    }

    @Test
    void badModelsFailWithTheirCauseAndStopNoOther() throws Exception {
        echo("good", "");
        echo("terse", ", \"max_text\": 3"); // cut, the warm-up's texts do
        echo("nan", ", \"nan\": true");
        echo("refused", ", \"fail_load\": \"weights: 3 bytes (expected: 4)\"");
        quirky("memory", "linkage", "mute", "path", "picky", "state", "short");
        config("stranger", "{\"model_type\": \"gpt\"}");
        Files.createDirectories(models().resolve("empty"));
        Files.writeString(
                Files.createDirectories(models().resolve("amused")).resolve("model_index.json"),
                "{\"_class_name\": \"AmusedPipeline\"}");

        ModelRegistry registry = loaded();

        assertThat(registry.models().stream()
                        .filter(model -> model.state() == FAILED)
                        .map(model -> model.key().name() + ": " + model.failure()))
                .containsExactly(
                        "amused: model_index.json: _class_name \"AmusedPipeline\" (expected: one of [echo, quirky])",
                        "empty: config.json: missing",
                        "linkage: NoClassDefFoundError: org/example/Gone",
                        "memory: out of memory",
                        "mute: warm-up with a prompt: prompt: this one (expected: another)",
                        "nan: warm-up with TEXT: embedding: NaN (expected: finite numbers)",
                        "path: path/model.safetensors: 3 bytes (expected: >= 8)",
                        "refused: weights: 3 bytes (expected: 4)",
                        "short: warm-up with TEXT: 1 embeddings of 2 numbers (expected: 1 of 3)",
                        "state: IllegalStateException",
                        "stranger: config.json: model_type \"gpt\" (expected: one of [echo, quirky])");
        assertThat(registry.model("good").state()).isEqualTo(READY);
        assertThat(registry.model("terse").state()).isEqualTo(READY);
        assertThat(registry.model("picky").state()).isEqualTo(READY); // the warm-up's prompts are not to its taste
    }

    @Test
    void settingsReachTheirModel() throws Exception {
        echo("plain", "");
        echo("tuned", "");
        settings.put("sensorium.model-settings.\"tuned\".dtype", "bfloat16");

        ModelRegistry registry = loaded();

        assertThat(registry.model("plain").state()).isEqualTo(READY);
        assertThat(registry.model("tuned").failure()).isEqualTo("settings: [dtype] (expected: none)");
    }

    @Test
    void modelsAreSpreadOverTheDevices() throws Exception {
        echo("a", "");
        echo("b", "");
        settings.put("sensorium.devices", "cpu:0,cpu:1");

        assertThat(loaded().models())
                .extracting(model -> model.loaded().orElseThrow().device())
                .containsExactlyInAnyOrder(new Device(Device.Kind.CPU, 0), new Device(Device.Kind.CPU, 1));
    }

    @Test
    void foldersThatAreNotThereMakeAServerWithoutModels() throws Exception {
        settings.put("sensorium.plugins-folder", folder.resolve("nowhere").toString());

        ModelRegistry registry = loaded();

        assertThat(registry.models()).isEmpty();
        assertThat(registry.plugins()).isEmpty();
    }

    @Test
    void theLifeOfAModelIsToldInOrder() throws Exception {
        echo("echo", "");
        ModelRegistry registry = loaded();

        registry.close(LONG);

        assertThat(events.states("echo")).containsExactly(REGISTERED, LOADING, READY, DRAINING, CLOSED);
    }

    @Test
    void readyIsToldWhenLeasesAreGivenAndDrainingBeforeTheyAreNot() throws Exception {
        echo("echo", "");
        ModelRegistry registry = registry();
        Map<ModelState, Boolean> leased = new HashMap<>();
        registry.start(new ModelListener() {
            @Override
            public void changed(ModelStatus model) {
                leased.put(model.state(), isLeased(registry, "echo"));
                events.changed(model);
            }

            @Override
            public void settled() {
                events.settled();
            }
        });
        events.awaitSettled();

        registry.close(LONG);

        assertThat(leased)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(REGISTERED, false, LOADING, false, READY, true, DRAINING, true, CLOSED, false));
    }

    @Test
    void aModelIsClosedAfterItsLastLease() throws Exception {
        echo("echo", "");
        ModelRegistry registry = loaded();
        Lease first = registry.lease("echo", Embedder.class);
        Lease second = registry.lease("echo/1", Matcher.class);

        registry.close(Duration.ZERO);
        first.close();
        first.close();
        List<ModelState> beforeLast = events.states("echo");
        second.close();
        events.await("echo", CLOSED);

        assertThat(beforeLast).last().isEqualTo(DRAINING);
        assertThat(refusal(registry, "echo", Embedder.class))
                .returns(Status.Code.UNAVAILABLE, ServiceException::code)
                .returns("MODEL_DRAINING", ServiceException::reason);
    }

    @Test
    void aModelThatIsLoadingIsWorthARetry() throws Exception {
        echo("slow", "");
        try (EchoGate gate = EchoGate.shut(models().resolve("slow"))) {
            ModelRegistry registry = registry();
            registry.start(events);
            gate.awaitHeld(1);

            assertThat(events.isSettled()).isFalse();
            for (String reference : List.of("slow", "slow/1", "")) {
                assertThat(refusal(registry, reference, Embedder.class))
                        .returns(Status.Code.UNAVAILABLE, ServiceException::code)
                        .returns("MODEL_LOADING", ServiceException::reason)
                        .returns(Duration.ofSeconds(1), ServiceException::retryAfter);
            }
        }
        events.awaitSettled();
        assertThat(events.states("slow")).containsExactly(REGISTERED, LOADING, READY);
    }

    @Test
    void aServerThatIsStartingIsWorthARetry() {
        assertThat(refusal(registry(), "echo", Embedder.class))
                .returns(Status.Code.UNAVAILABLE, ServiceException::code)
                .returns("SERVER_STARTING", ServiceException::reason)
                .returns(Duration.ofSeconds(1), ServiceException::retryAfter);
    }

    @Test
    @Timeout(60)
    void nothingKeepsTheClassLoaderOfAModelThatServed() throws Exception {
        echo("echo", "");
        ModelRegistry registry = loaded();
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
        WeakReference<ClassLoader> loader = loaderOf(registry, collected);

        registry.close(LONG);

        Reference<?> found = null;
        while (found == null) { // a thread that has just ended may hold it a moment longer
            System.gc();
            found = collected.remove(100);
        }
        assertThat(found).isSameAs(loader);
    }

    private static WeakReference<ClassLoader> loaderOf(ModelRegistry registry, ReferenceQueue<ClassLoader> queue) {
        try (Lease lease = registry.lease("echo", Embedder.class)) {
            return new WeakReference<>(lease.served().model().getClass().getClassLoader(), queue);
        }
    }

    private static boolean isLeased(ModelRegistry registry, String model) {
        try {
            registry.lease(model, Embedder.class).close();
            return true;
        } catch (ServiceException e) {
            return false;
        }
    }

    private void quirky(String... quirks) throws IOException {
        for (String quirk : quirks) {
            config(quirk, "{\"model_type\": \"quirky\", \"quirk\": \"%s\"}".formatted(quirk));
        }
    }
}
