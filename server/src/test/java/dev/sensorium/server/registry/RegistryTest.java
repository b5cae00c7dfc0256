package dev.sensorium.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sensorium.server.Configs;
import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.registry.quirky.QuirkyProvider;
import dev.sensorium.server.schedule.Scheduler;
import dev.sensorium.spi.Capability;
import dev.sensorium.testkit.TinyPlugin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a registry of models over plugins and checkpoints that they write. */
abstract class RegistryTest {

    static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    final Map<String, String> settings = new HashMap<>();
    final Events events = new Events();
    final List<ModelRegistry> started = new ArrayList<>();
    Scheduler scheduler;

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

    ModelRegistry registry() {
        SensoriumConfig config = Configs.with(settings);
        ModelRegistry registry = new ModelRegistry(config, scheduler);
        started.add(registry);
        return registry;
    }

    ModelRegistry loaded() throws InterruptedException {
        ModelRegistry registry = registry();
        registry.start(events);
        events.awaitSettled();
        return registry;
    }

    static ServiceException refusal(ModelRegistry registry, String reference, Class<? extends Capability> capability) {
        return refusal(registry, reference, Need.of(capability));
    }

    static ServiceException refusal(ModelRegistry registry, String reference, Need need) {
        ServiceException failure = catchThrowableOfType(ServiceException.class, () -> registry.lease(reference, need));
        assertThat(failure).isNotNull();
        return failure;
    }

    void echo(String model, String more) throws IOException {
        config(model, "{\"model_type\": \"echo\", \"dimensions\": 8%s}".formatted(more));
    }

    void config(String model, String json) throws IOException {
        Files.writeString(Files.createDirectories(models().resolve(model)).resolve("config.json"), json);
    }

    Path models() {
        return folder.resolve("models");
    }
}
