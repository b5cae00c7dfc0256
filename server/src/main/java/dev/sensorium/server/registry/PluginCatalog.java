package dev.sensorium.server.registry;

import dev.sensorium.spi.ModelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The plugins of a folder: what they serve, and why some do not. */
final class PluginCatalog implements AutoCloseable {

    private final List<Plugin> plugins;
    private final Map<String, ModelProvider> providers = new TreeMap<>();

    private PluginCatalog(List<Plugin> plugins) {
        this.plugins = plugins;
        Map<String, String> owners = new HashMap<>();
        plugins.forEach(plugin -> plugin.addTo(providers, owners));
    }

    /**
     * Opens the plugins of a folder in the order of their names: the first to serve a family keeps it.
     *
     * @param shared the loader of the SPI and of what else plugins share
     * @throws IOException if the folder itself cannot be read
     */
    static PluginCatalog open(Path folder, ClassLoader shared) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return new PluginCatalog(entries.filter(Files::isDirectory)
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .map(entry -> Plugin.open(entry, shared))
                    .toList());
        }
    }

    /** Returns a catalog without plugins. */
    static PluginCatalog empty() {
        return new PluginCatalog(List.of());
    }

    List<PluginStatus> plugins() {
        return plugins.stream().map(Plugin::status).toList();
    }

    SortedSet<String> families() {
        return new TreeSet<>(providers.keySet());
    }

    Optional<ModelProvider> provider(String family) {
        return Optional.ofNullable(providers.get(family));
    }

    /** Closes the plugins' class loaders, which nothing here refers to any more. */
    @Override
    public void close() {
        providers.clear();
        plugins.forEach(Plugin::close);
    }
}
