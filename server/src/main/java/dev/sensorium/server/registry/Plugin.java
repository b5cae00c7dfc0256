package dev.sensorium.server.registry;

import dev.sensorium.server.schedule.PluginCode;
import dev.sensorium.spi.ModelProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A plugin's folder, opened: its providers by family, and what is wrong with it. */
final class Plugin implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Plugin.class);

    private final Path folder;
    private final Map<String, ModelProvider> providers = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private @Nullable PluginLoader loader;

    private Plugin(Path folder) {
        this.folder = folder;
    }

    /** Opens a plugin; what fails is kept, not thrown. */
    static Plugin open(Path folder, ClassLoader shared) {
        Plugin plugin = new Plugin(folder);
        try {
            List<Path> jars = jars(folder);
            if (jars.isEmpty()) {
                plugin.failures.add("no jar in its folder (expected: >= 1)");
            } else if (jars.stream().allMatch(plugin::isReadable)) {
                plugin.findProviders(new PluginLoader(plugin.name(), urls(jars), shared));
            }
        } catch (IOException | RuntimeException e) {
            plugin.failed("cannot be opened: ", e);
        }
        return plugin;
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    /** Tells whether a jar can be opened; a class loader would pass over one that cannot. */
    private boolean isReadable(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.size() >= 0;
        } catch (IOException e) {
            LOG.debugf(e, "Plugin %s: %s", name(), jar);
            failures.add(jar.getFileName() + ": not a jar that can be read");
            return false;
        }
    }

    private void findProviders(PluginLoader newLoader) {
        loader = newLoader;
        new PluginCode(newLoader).call(() -> {
            Iterator<ModelProvider> found =
                    ServiceLoader.load(ModelProvider.class, newLoader).iterator();
            while (addNext(found)) {}
            return true;
        });
        if (providers.isEmpty() && failures.isEmpty()) {
            failures.add(
                    "no provider (expected: META-INF/services/%s in its jar)".formatted(ModelProvider.class.getName()));
        }
    }

    /** Adds one more provider, or the failure that it is in its place; returns false at the end. */
    private boolean addNext(Iterator<ModelProvider> found) {
        try {
            if (!found.hasNext()) {
                return false;
            }
            ModelProvider provider = found.next();
            String family = provider.family();
            if (family.isBlank()) {
                failures.add("%s: blank family (expected: a model_type)"
                        .formatted(provider.getClass().getName()));
            } else if (providers.putIfAbsent(family, provider) != null) {
                failures.add(duplicate(family, name()));
            }
        } catch (Throwable e) { // a plugin may throw anything, and harms none but itself
            failed("", e);
        }
        return true;
    }

    private void failed(String what, Throwable cause) {
        LOG.warnf(cause, "Plugin %s: %s%s", name(), what, cause);
        failures.add(what + Causes.forCallers(cause, folder));
    }

    private static String duplicate(String family, String owner) {
        return "family \"%s\": served by plugin \"%s\" already".formatted(family, owner);
    }

    String name() {
        return folder.getFileName().toString();
    }

    /** Moves the providers to those of all plugins; families that have one already are lost to it. */
    void addTo(Map<String, ModelProvider> all, Map<String, String> owners) {
        for (Map.Entry<String, ModelProvider> entry : Map.copyOf(providers).entrySet()) {
            String owner = owners.putIfAbsent(entry.getKey(), name());
            if (owner == null) {
                all.put(entry.getKey(), entry.getValue());
            } else {
                providers.remove(entry.getKey());
                failures.add(duplicate(entry.getKey(), owner));
            }
        }
    }

    PluginStatus status() {
        return new PluginStatus(name(), providers.keySet().stream().sorted().toList(), String.join("; ", failures));
    }

    @Override
    public void close() {
        providers.clear();
        try (PluginLoader closing = loader) {
            loader = null;
        } catch (IOException e) {
            LOG.warnf(e, "Plugin %s: its jars were not closed", name());
        }
    }
}
