package dev.sensorium.server.registry;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.registry.Placement.Place;
import dev.sensorium.server.schedule.PluginCode;
import dev.sensorium.server.schedule.Scheduler;
import dev.sensorium.server.schedule.ServedModel;
import dev.sensorium.spi.Device;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/** Makes a registered model a ready one, or a failed one: whatever happens, it ends in one of the two. */
final class ModelLoader {

    private static final Logger LOG = Logger.getLogger(ModelLoader.class);

    private final SensoriumConfig config;
    private final PluginCatalog plugins;
    private final Placement placement;
    private final Scheduler scheduler;
    private final Executor digests;
    private final WarmUp warmUp = new WarmUp();

    /**
     * Loads with what these give.
     *
     * @param digests where checkpoints are digested while they are loaded
     */
    ModelLoader(
            SensoriumConfig config, PluginCatalog plugins, Placement placement, Scheduler scheduler, Executor digests) {
        this.config = config;
        this.plugins = plugins;
        this.placement = placement;
        this.scheduler = scheduler;
        this.digests = digests;
    }

    void load(ModelSlot slot) {
        if (!slot.load()) {
            return;
        }
        Checkpoint checkpoint = slot.checkpoint();
        try {
            load(slot, provider(checkpoint));
        } catch (Throwable e) { // a plugin may throw anything, and harms no other
            String cause = Causes.forCallers(e, checkpoint.folder());
            LOG.errorf(e instanceof ModelException ? null : e, "Model %s failed: %s", checkpoint.key(), cause);
            slot.failed(cause);
        }
    }

    private ModelProvider provider(Checkpoint checkpoint) {
        String family = checkpoint.family();
        return plugins.provider(family)
                .orElseThrow(() -> new ModelException(
                        Reason.INVALID_CHECKPOINT,
                        ModelConfig.refusal(checkpoint.folder(), family, plugins.families())));
    }

    private void load(ModelSlot slot, ModelProvider provider) {
        Checkpoint checkpoint = slot.checkpoint();
        long start = System.nanoTime();
        PluginCode plugin = new PluginCode(provider.getClass().getClassLoader());
        Place place = placement.place(device -> plugin.call(() -> provider.estimateBytes(spec(checkpoint, device))));
        CompletableFuture<String> digest = CompletableFuture.supplyAsync(() -> digest(checkpoint.folder()), digests);
        Model model = open(plugin, provider, checkpoint, place);
        try {
            ModelFacts facts = plugin.call(() -> {
                warmUp.run(model);
                return ModelFacts.of(model);
            });
            ServedModel served = scheduler.serve(id(checkpoint), digest.join(), place.device(), model);
            LoadedModel loaded = new LoadedModel(facts, place.device(), digest.join(), place.bytes(), Instant.now());
            logReady(slot.status(), loaded, Duration.ofNanos(System.nanoTime() - start));
            slot.ready(served, loaded);
        } catch (RuntimeException | Error e) {
            plugin.run(model::close);
            placement.free(place);
            throw e;
        }
    }

    private Model open(PluginCode plugin, ModelProvider provider, Checkpoint checkpoint, Place place) {
        try {
            return plugin.call(() -> provider.load(spec(checkpoint, place.device())));
        } catch (RuntimeException | Error e) {
            placement.free(place);
            throw e;
        }
    }

    private ModelSpec spec(Checkpoint checkpoint, Device device) {
        SensoriumConfig.Limits limits = config.limits();
        Map<String, String> settings =
                config.modelSettings().getOrDefault(checkpoint.key().name(), Map.of());
        return new ModelSpec(
                id(checkpoint),
                checkpoint.folder(),
                device,
                new MediaLimits(limits.pixels(), limits.side(), limits.frames(), limits.seconds()),
                settings);
    }

    private static ModelId id(Checkpoint checkpoint) {
        return new ModelId(checkpoint.key().name(), checkpoint.key().version());
    }

    private static String digest(Path folder) {
        try {
            return CheckpointDigest.of(folder);
        } catch (IOException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, "a file of the checkpoint cannot be read", e);
        }
    }

    private static void logReady(ModelStatus model, LoadedModel loaded, Duration time) {
        ModelFacts facts = loaded.facts();
        LOG.infof(
                "Model %s ready: %s on %s, %s, %s%,d parameters, %,d MiB (estimated), loaded in %,d ms",
                model.key(),
                model.family(),
                loaded.device(),
                facts.card().dtype(),
                facts.dimensions() > 0 ? "%d dimensions, ".formatted(facts.dimensions()) : "",
                facts.card().parameters(),
                loaded.estimatedBytes() >> 20,
                time.toMillis());
    }
}
