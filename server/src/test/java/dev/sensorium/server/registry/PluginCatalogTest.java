package dev.sensorium.server.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.server.registry.broken.IncompleteProvider;
import dev.sensorium.server.registry.broken.NamelessProvider;
import dev.sensorium.server.registry.broken.ThrowingProvider;
import dev.sensorium.server.registry.quirky.QuirkyProvider;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.testkit.TinyPlugin;
import dev.sensorium.testkit.echo.EchoProvider;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins are found in their jars, are kept apart, and fail alone. */
class PluginCatalogTest {

    @TempDir
    private Path folder;

    @Test
    void everyPluginServesItsFamilies() throws IOException {
        TinyPlugin.write(folder, "both", List.of(EchoProvider.class, QuirkyProvider.class));

        try (PluginCatalog catalog = open()) {
            assertThat(catalog.families()).containsExactly("echo", "quirky");
            assertThat(catalog.plugins()).containsExactly(new PluginStatus("both", List.of("echo", "quirky"), ""));
        }
    }

    @Test
    void aPluginHasItsOwnClassesAndTheSharedSpi() throws IOException {
        TinyPlugin.echo(folder, "echo");

        try (PluginCatalog catalog = open()) {
            Class<?> provider = catalog.provider("echo").orElseThrow().getClass();
            assertThat(provider).isNotEqualTo(EchoProvider.class).isAssignableTo(ModelProvider.class);
            assertThat(provider.getClassLoader().getResource("application.properties"))
                    .isNull();
        }
    }

    @Test
    void theFirstPluginOfAFamilyKeepsIt() throws IOException {
        TinyPlugin.echo(folder, "b-echo");
        TinyPlugin.echo(folder, "a-echo");

        try (PluginCatalog catalog = open()) {
            assertThat(catalog.plugins())
                    .containsExactly(
                            new PluginStatus("a-echo", List.of("echo"), ""),
                            new PluginStatus(
                                    "b-echo", List.of(), "family \"echo\": served by plugin \"a-echo\" already"));
        }
    }

    @Test
    void aProviderThatFailsHarmsNoOtherOfItsJar() throws IOException {
        TinyPlugin.write(
                folder,
                "mixed",
                List.of(
                        ThrowingProvider.class,
                        IncompleteProvider.class,
                        NamelessProvider.class,
                        QuirkyProvider.class));

        try (PluginCatalog catalog = open()) {
            PluginStatus plugin = catalog.plugins().get(0);
            assertThat(plugin.families()).containsExactly("quirky");
            assertThat(plugin.failure())
                    .contains("ThrowingProvider could not be instantiated")
                    .contains("NoClassDefFoundError: dev/sensorium/server/registry/absent/Library")
                    .contains("NamelessProvider: blank family")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aFolderThatIsNoPluginSaysWhy() throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        TinyPlugin.write(folder, "no-services", List.of());
        Files.writeString(Files.createDirectories(folder.resolve("torn")).resolve("torn.jar"), "PK but not a zip");
        Files.createDirectories(folder.resolve(".hidden"));
        Files.writeString(folder.resolve("README.md"), "not a plugin");

        try (PluginCatalog catalog = open()) {
            assertThat(catalog.plugins())
                    .containsExactly(
                            new PluginStatus("empty", List.of(), "no jar in its folder (expected: >= 1)"),
                            new PluginStatus(
                                    "no-services",
                                    List.of(),
                                    "no provider (expected: META-INF/services/%s in its jar)"
                                            .formatted(ModelProvider.class.getName())),
                            new PluginStatus("torn", List.of(), "torn.jar: not a jar that can be read"));
        }
    }

    @Test
    void aServicesFileThatNamesNothingSaysSo() throws IOException {
        Path jar = TinyPlugin.echo(folder, "misspelt");
        try (var zip = java.nio.file.FileSystems.newFileSystem(jar)) {
            Files.writeString(
                    zip.getPath("META-INF/services/" + ModelProvider.class.getName()), "org.example.Gone\n3rd line\n");
        }

        try (PluginCatalog catalog = open()) {
            assertThat(catalog.plugins()).singleElement().satisfies(plugin -> {
                assertThat(plugin.families()).isEmpty();
                assertThat(plugin.failure()).isNotEmpty().doesNotContain(folder.toString());
            });
        }
    }

    @Test
    void theContextClassLoaderIsRestored() throws IOException {
        TinyPlugin.write(folder, "mixed", List.of(ThrowingProvider.class, QuirkyProvider.class));
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        open().close();

        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void theClassLoaderOfAnUnloadedPluginIsCollected() throws Exception {
        TinyPlugin.echo(folder, "echo");
        ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();

        WeakReference<ClassLoader> loader = openAndClose(collected);

        System.gc();
        assertThat(collected.remove(60_000)).isSameAs(loader);
    }

    private WeakReference<ClassLoader> openAndClose(ReferenceQueue<ClassLoader> collected) throws IOException {
        try (PluginCatalog catalog = open()) {
            ModelProvider provider = catalog.provider("echo").orElseThrow();
            return new WeakReference<>(provider.getClass().getClassLoader(), collected);
        }
    }

    private PluginCatalog open() throws IOException {
        return PluginCatalog.open(folder, ModelProvider.class.getClassLoader());
    }
}
