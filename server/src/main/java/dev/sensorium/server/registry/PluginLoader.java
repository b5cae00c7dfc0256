package dev.sensorium.server.registry;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one plugin: its own jars and the JDK, and of the server only what plugins are written on. So two
 * plugins may use two versions of the same library, and neither sees the server's.
 */
final class PluginLoader extends URLClassLoader {

    private static final List<String> SHARED = List.of(
            "dev.sensorium.spi.",
            "dev.sensorium.kit.",
            "org.tensorflow.",
            "org.bytedeco.",
            "com.google.protobuf.",
            "org.jspecify.",
            "org.jboss.logging.",
            "org.slf4j.");

    private final ClassLoader shared;

    PluginLoader(String plugin, URL[] jars, ClassLoader shared) {
        super("plugin " + plugin, jars, ClassLoader.getPlatformClassLoader());
        this.shared = shared;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        return isShared(name) ? shared.loadClass(name) : super.loadClass(name, resolve);
    }

    @Override
    public @Nullable URL getResource(String name) {
        return isShared(name.replace('/', '.')) ? shared.getResource(name) : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return isShared(name.replace('/', '.')) ? shared.getResources(name) : super.getResources(name);
    }

    private static boolean isShared(String name) {
        return SHARED.stream().anyMatch(name::startsWith);
    }
}
