package dev.sensorium.server.registry;

import static dev.sensorium.server.registry.ModelState.CLOSED;
import static dev.sensorium.server.registry.ModelState.DRAINING;
import static dev.sensorium.server.registry.ModelState.FAILED;
import static dev.sensorium.server.registry.ModelState.LOADING;
import static dev.sensorium.server.registry.ModelState.READY;
import static dev.sensorium.server.registry.ModelState.REGISTERED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.server.Configs;
import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.registry.quirky.QuirkyProvider;
import dev.sensorium.server.schedule.Scheduler;
import dev.sensorium.spi.Capability;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Generator;
import dev.sensorium.spi.Matcher;
import dev.sensorium.spi.Modality;
import dev.sensorium.spi.Prompt;
import dev.sensorium.spi.Prompt.Role;
import dev.sensorium.spi.Prompt.Turn;
import dev.sensorium.spi.Text;
import dev.sensorium.testkit.TinyPlugin;
import dev.sensorium.testkit.echo.EchoGate;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models are loaded, leased and closed, and a bad one stops no other. */
class ModelRegistryTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final Map<String, String> settings = new HashMap<>();
    private final Events events = new Events();
    private final List<ModelRegistry> started = new ArrayList<>();
    private Scheduler scheduler;

    @BeforeEach
    void writePlugins() {
        settings.put("sensorium.models-folder", folder.resolve("models").toString());
        settings.put("sensorium.plugins-folder", folder.resolve("plugins").toString());
        scheduler = new Scheduler(Configs.with(settings), new SimpleMeterRegistry());
        TinyPlugin.echo(folder.resolve("plugins"), "echo");
        TinyPlugin.write(folder.resolve("plugins"), "quirky", List.of(QuirkyProvider.class));
    }

    @AfterEach
    void close() {
        started.forEach(registry -> registry.close(LONG));
        scheduler.close();
    }

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
    void anEmptyReferenceMeansTheOnlyCapableModel() throws Exception {
        echo("a-embedder", ", \"embed_only\": true");
        echo("b-all", "");
        ModelRegistry registry = loaded();

        try (Lease lease = registry.lease("", Matcher.class)) {
            assertThat(lease.served().id().name()).isEqualTo("b-all");
        }
        assertThat(refusal(registry, "", Embedder.class))
                .returns(Status.Code.INVALID_ARGUMENT, ServiceException::code)
                .returns("MODEL_REQUIRED", ServiceException::reason)
                .returns("model: empty (expected: one of a-embedder, b-all)", ServiceException::message)
                .extracting(failure -> failure.violations().get(0).field())
                .isEqualTo("model");
    }

    @Test
    void anEmptyReferenceMeansTheFirstDefaultThatWillDo() throws Exception {
        settings.put("sensorium.default-models", "no-such-model,a-embedder,c-all");
        echo("a-embedder", ", \"embed_only\": true");
        echo("b-all", "");
        echo("c-all", "");
        ModelRegistry registry = loaded();

        try (Lease embedder = registry.lease("", Embedder.class);
                Lease matcher = registry.lease("", Matcher.class)) {
            assertThat(embedder.served().id().name()).isEqualTo("a-embedder");
            assertThat(matcher.served().id().name()).isEqualTo("c-all");
        }
    }

    @Test
    void anEmptyReferenceMeansTheOnlyModelThatWasMadeForTheTask() throws Exception {
        echo("a-caption", ", \"tasks\": \"GENERATE CAPTION\"");
        echo("b-answer", ", \"tasks\": \"GENERATE ANSWER\"");
        ModelRegistry registry = loaded();

        try (Lease lease = registry.lease("", Need.of(Prompt.Task.ANSWER))) {
            assertThat(lease.served().id().name()).isEqualTo("b-answer");
        }
        assertThat(refusal(registry, "", Need.of(Generator.class)))
                .returns("MODEL_REQUIRED", ServiceException::reason)
                .returns("model: empty (expected: one of a-caption, b-answer)", ServiceException::message);
        assertThat(refusal(registry, "a-caption", Need.of(Prompt.Task.ANSWER)))
                .returns(Status.Code.FAILED_PRECONDITION, ServiceException::code)
                .returns("UNSUPPORTED_TASK", ServiceException::reason)
                .returns("model a-caption/1: cannot answer (it can: generate, caption)", ServiceException::message);
    }

    @Test
    void anEmptyReferenceMeansTheOnlyModelThatTakesThePrompt() throws Exception {
        echo("a-answer", ", \"tasks\": \"GENERATE ANSWER\"");
        echo("b-all", "");
        ModelRegistry registry = loaded();

        Turn asked = new Turn(Role.USER, List.of(new Text("and this?")));
        Turn told = new Turn(Role.MODEL, List.of(new Text("that")));
        try (Lease lease =
                registry.lease("", Need.of(new Prompt(Prompt.Task.ANSWER, List.of(asked, told, asked), "")))) {
            assertThat(lease.served().id().name()).isEqualTo("b-all");
        }
        assertThat(refusal(registry, "", Need.of(new Prompt(Prompt.Task.ANSWER, List.of(asked), ""))))
                .returns("model: empty (expected: one of a-answer, b-all)", ServiceException::message);
    }

    @Test
    void aTaskThatNoModelWasMadeForIsNotGuessed() throws Exception {
        echo("a", ", \"tasks\": \"GENERATE\"");
        echo("b", ", \"tasks\": \"GENERATE\"");

        assertThat(refusal(loaded(), "", Need.of(Prompt.Task.CAPTION)))
                .returns("MODEL_REQUIRED", ServiceException::reason)
                .returns("model: empty (expected: none here can caption)", ServiceException::message);
    }

    @Test
    void anUnknownModelIsAnsweredByTheKnownOnes() throws Exception {
        echo("a", "");
        echo("b", "");
        ModelRegistry registry = loaded();

        for (String reference : List.of("c", "a/2", "a/1/1", "../a", "c".repeat(1_000))) {
            assertThat(refusal(registry, reference, Embedder.class))
                    .returns(Status.Code.NOT_FOUND, ServiceException::code)
                    .returns("MODEL_NOT_FOUND", ServiceException::reason)
                    .satisfies(failure -> assertThat(failure.message())
                            .endsWith("(expected: one of a, b)")
                            .hasSizeLessThan(300));
        }
    }

    @Test
    void aModelWithoutTheCapabilityIsNotLeased() throws Exception {
        echo("embedder", ", \"embed_only\": true");
        ModelRegistry registry = loaded();

        for (String reference : List.of("embedder", "")) {
            assertThat(refusal(registry, reference, Matcher.class))
                    .returns(Status.Code.FAILED_PRECONDITION, ServiceException::code)
                    .returns("UNSUPPORTED_CAPABILITY", ServiceException::reason)
                    .returns("model embedder/1: not Matcher (it is: Embedder)", ServiceException::message);
        }
    }

    @Test
    void aFailedModelSaysWhy() throws Exception {
        echo("nan", ", \"nan\": true");

        assertThat(refusal(loaded(), "nan", Embedder.class))
                .returns(Status.Code.FAILED_PRECONDITION, ServiceException::code)
                .returns("MODEL_FAILED", ServiceException::reason)
                .satisfies(failure -> assertThat(failure.message())
                        .startsWith("model nan/1 failed to load: warm-up with TEXT: embedding: NaN"));
    }

    @Test
    void aNameMeansItsNewestVersionThatIsReady() throws Exception {
        echo("echo/1", "");
        echo("echo/9", "");
        echo("echo/10", ", \"nan\": true");
        ModelRegistry registry = loaded();

        try (Lease lease = registry.lease("echo", Embedder.class)) {
            assertThat(lease.served().id().version()).isEqualTo("9");
        }
        assertThat(refusal(registry, "echo/10", Embedder.class).reason()).isEqualTo("MODEL_FAILED");
        assertThat(registry.models()).extracting(model -> model.key().version()).containsExactly("10", "9", "1");
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

    private ModelRegistry registry() {
        SensoriumConfig config = Configs.with(settings);
        ModelRegistry registry = new ModelRegistry(config, scheduler);
        started.add(registry);
        return registry;
    }

    private ModelRegistry loaded() throws InterruptedException {
        ModelRegistry registry = registry();
        registry.start(events);
        events.awaitSettled();
        return registry;
    }

    private static boolean isLeased(ModelRegistry registry, String model) {
        try {
            registry.lease(model, Embedder.class).close();
            return true;
        } catch (ServiceException e) {
            return false;
        }
    }

    private static ServiceException refusal(
            ModelRegistry registry, String reference, Class<? extends Capability> capability) {
        return refusal(registry, reference, Need.of(capability));
    }

    private static ServiceException refusal(ModelRegistry registry, String reference, Need need) {
        ServiceException failure = catchThrowableOfType(ServiceException.class, () -> registry.lease(reference, need));
        assertThat(failure).isNotNull();
        return failure;
    }

    private void quirky(String... quirks) throws IOException {
        for (String quirk : quirks) {
            config(quirk, "{\"model_type\": \"quirky\", \"quirk\": \"%s\"}".formatted(quirk));
        }
    }

    private void echo(String model, String more) throws IOException {
        config(model, "{\"model_type\": \"echo\", \"dimensions\": 8%s}".formatted(more));
    }

    private void config(String model, String json) throws IOException {
        Files.writeString(Files.createDirectories(models().resolve(model)).resolve("config.json"), json);
    }

    private Path models() {
        return folder.resolve("models");
    }
}
