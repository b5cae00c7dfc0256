package dev.sensorium.testkit;

import dev.sensorium.spi.ModelProvider;
import dev.sensorium.testkit.echo.EchoProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A plugin folder for tests: {@code <plugins>/<name>/<name>.jar}, packed from classes of this class path. */
public final class TinyPlugin {

    private TinyPlugin() {}

    /** Writes the plugin of family "echo". */
    public static Path echo(Path plugins, String name) {
        return write(plugins, name, List.of(EchoProvider.class));
    }

    /**
     * Writes a plugin of these providers: all classes of their packages, and a services file that names them. Without
     * providers there is no services file, and the jar is one that cannot be served.
     *
     * @return the jar
     */
    public static Path write(Path plugins, String name, List<Class<? extends ModelProvider>> providers) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try {
            if (!providers.isEmpty()) {
                entries.put("META-INF/services/" + ModelProvider.class.getName(), names(providers));
            }
            for (Class<? extends ModelProvider> provider : providers) {
                entries.putAll(classesBeside(provider));
            }
            Path folder = Files.createDirectories(plugins.resolve(name));
            return jar(folder.resolve(name + ".jar"), entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] names(List<Class<? extends ModelProvider>> providers) {
        return providers.stream()
                .map(Class::getName)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> classesBeside(Class<?> provider) throws IOException {
        Path home = home(provider);
        if (Files.isDirectory(home)) {
            return classesIn(home, provider.getPackageName());
        }
        try (FileSystem jar = FileSystems.newFileSystem(home)) {
            return classesIn(jar.getPath("/"), provider.getPackageName());
        }
    }

    /** Returns the folder or jar that a class was loaded from. */
    static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, byte[]> classesIn(Path root, String packageName) throws IOException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        String folder = packageName.replace('.', '/') + "/";
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                classes.put(folder + file.getFileName(), Files.readAllBytes(file));
            }
        }
        return classes;
    }

    private static Path jar(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }
}
