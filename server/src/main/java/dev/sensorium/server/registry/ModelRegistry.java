package dev.sensorium.server.registry;

import dev.sensorium.server.SensoriumConfig;
import dev.sensorium.server.schedule.Scheduler;
import dev.sensorium.spi.Capability;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.SharedRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The models of this server: finds them, loads them in the background, and leases them to the services. */
@ApplicationScoped
public class ModelRegistry {

    private static final Logger LOG = Logger.getLogger(ModelRegistry.class);

    private final SensoriumConfig config;
    private final Scheduler scheduler;
    private final Placement placement;
    private final ExecutorService loaders;
    private final ExecutorService helpers;

    private volatile @Nullable ModelDirectory directory;
    private volatile PluginCatalog plugins = PluginCatalog.empty();

    ModelRegistry(SensoriumConfig config, Scheduler scheduler) {
        this.config = config;
        this.scheduler = scheduler;
        this.placement = new Placement(config.devices());
        this.loaders = Executors.newFixedThreadPool(config.loading().parallelism(), daemons("model-loader"));
        this.helpers = Executors.newCachedThreadPool(daemons("model-helper"));
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(ModelRegistry.class.getClassLoader());
            return thread;
        };
    }

    /** Opens the plugins and loads the models in the background; the listener is told how it goes. */
    public void start(ModelListener listener) {
        helpers.execute(() -> startNow(listener));
    }

    private void startNow(ModelListener listener) {
        plugins = openPlugins();
        ModelDirectory found = findModels(listener);
        directory = found;
        warnOfIdleSettings(found);
        ModelLoader loader = new ModelLoader(config, plugins, placement, scheduler, helpers);
        CompletableFuture<?>[] loads = found.slots().stream()
                .map(slot -> CompletableFuture.runAsync(() -> loader.load(slot), loaders))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(loads).whenComplete((all, failure) -> listener.settled());
    }

    private PluginCatalog openPlugins() {
        Path folder = config.pluginsFolder();
        try {
            if (!Files.isDirectory(folder)) {
                LOG.warnf("Plugins folder %s: not there", folder.toAbsolutePath());
                return PluginCatalog.empty();
            }
            ClassLoader shared = ModelProvider.class.getClassLoader();
            startSharedRuntimes(shared);
            PluginCatalog catalog = PluginCatalog.open(folder, shared);
            catalog.plugins().forEach(ModelRegistry::log);
            return catalog;
        } catch (IOException e) {
            LOG.errorf(e, "Plugins folder %s: cannot be read", folder.toAbsolutePath());
            return PluginCatalog.empty();
        }
    }

    /** Starts what the plugins share; a plugin that needs what did not start fails by itself. */
    private static void startSharedRuntimes(ClassLoader shared) {
        for (SharedRuntime runtime : ServiceLoader.load(SharedRuntime.class, shared)) {
            try {
                LOG.infof("Runtime %s", runtime.start());
            } catch (RuntimeException | LinkageError e) {
                LOG.errorf(e, "Runtime %s: not started", runtime.getClass().getName());
            }
        }
    }

    private static void log(PluginStatus plugin) {
        if (!plugin.families().isEmpty()) {
            LOG.infof("Plugin %s serves %s", plugin.name(), String.join(", ", plugin.families()));
        }
        if (!plugin.failure().isEmpty()) {
            LOG.errorf("Plugin %s: %s", plugin.name(), plugin.failure());
        }
    }

    private ModelDirectory findModels(ModelListener listener) {
        Path folder = config.modelsFolder();
        List<ModelSlot> slots = new ArrayList<>();
        try {
            if (Files.isDirectory(folder)) {
                for (Checkpoint checkpoint : new ModelRepository(folder).scan()) {
                    slots.add(new ModelSlot(checkpoint, listener, helpers));
                }
            } else {
                LOG.warnf("Models folder %s: not there", folder.toAbsolutePath());
            }
        } catch (IOException e) {
            LOG.errorf(e, "Models folder %s: cannot be read", folder.toAbsolutePath());
        }
        slots.stream()
                .map(ModelSlot::status)
                .filter(model -> model.state() == ModelState.FAILED)
                .forEach(model -> LOG.errorf("Model %s failed: %s", model.key(), model.failure()));
        return new ModelDirectory(slots, config.defaultModels().orElse(List.of()));
    }

    private void warnOfIdleSettings(ModelDirectory found) {
        Set<String> idle = new TreeSet<>(config.modelSettings().keySet());
        found.slots().forEach(slot -> idle.remove(slot.checkpoint().key().name()));
        idle.forEach(name -> LOG.warnf("sensorium.model-settings.\"%s\": there is no such model", name));
    }

    /** Returns the plugins by name. */
    public List<PluginStatus> plugins() {
        directory();
        return plugins.plugins();
    }

    /** Returns the models by name, the newest version of each first. */
    public List<ModelStatus> models() {
        return directory().slots().stream().map(ModelSlot::status).toList();
    }

    /**
     * Returns the model that a reference means: "name/version", or "name" for its newest version that is ready or, if
     * none is, its newest.
     */
    public ModelStatus model(String reference) {
        return directory().find(reference).status();
    }

    /**
     * Returns the right to use the model that a reference means, as in {@link #model}; an empty reference means the only
     * model that meets the need.
     *
     * @throws dev.sensorium.server.ServiceException if there is none, it is not ready or does not meet the need
     */
    public Lease lease(String reference, Need need) {
        ModelDirectory models = directory();
        ModelSlot slot = reference.isEmpty() ? models.unnamed(need) : models.find(reference);
        ModelStatus model = slot.status();
        if (model.isReady() && !ModelDirectory.meets(model, need)) {
            throw Refusals.cannot(model, need);
        }
        return slot.lease().orElseThrow(() -> Refusals.notReady(slot.status()));
    }

    /** Returns the right to use a model that has a capability, as the other does. */
    public Lease lease(String reference, Class<? extends Capability> capability) {
        return lease(reference, Need.of(capability));
    }

    private ModelDirectory directory() {
        ModelDirectory found = directory;
        if (found == null) {
            throw Refusals.starting();
        }
        return found;
    }

    /** Takes all models out of service, and closes each when its last lease is, or leaves it open after this time. */
    public void close(Duration timeout) {
        ModelDirectory found = directory;
        List<ModelSlot> slots = found == null ? List.of() : List.copyOf(found.slots());
        slots.forEach(ModelSlot::retire);
        CompletableFuture<?>[] closed = slots.stream().map(ModelSlot::closed).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closed).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            plugins.close();
            helpers.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("Left open: %s", openOnes(slots));
        }
        loaders.shutdown();
    }

    private static String openOnes(List<ModelSlot> slots) {
        return slots.stream()
                .filter(slot -> !slot.closed().isDone())
                .map(slot -> slot.checkpoint().key().toString())
                .collect(Collectors.joining(", "));
    }
}
