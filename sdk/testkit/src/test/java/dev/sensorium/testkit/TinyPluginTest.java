package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sensorium.spi.ModelProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar that the testkit writes is a plugin, and stands on the SPI alone. */
class TinyPluginTest {

    @TempDir
    private Path plugins;

    @Test
    void echoIsFoundInALoaderThatHasTheSpiAlone() throws IOException {
        URL jar = TinyPlugin.echo(plugins, "echo").toUri().toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, new SharedOnly("dev.sensorium.spi."))) {
            assertThat(ServiceLoader.load(ModelProvider.class, loader))
                    .singleElement()
                    .returns("echo", ModelProvider::family)
                    .returns(loader, provider -> provider.getClass().getClassLoader());
        }
    }

    @Test
    void noProvidersMakeAJarWithoutServices() throws IOException {
        URL jar = TinyPlugin.write(plugins, "empty", List.of()).toUri().toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader())) {
            assertThat(loader.findResource("META-INF/services/" + ModelProvider.class.getName()))
                    .isNull();
        }
    }

    /** A services file in the testkit's jar would bring the echo plugin into the tests of every plugin. */
    @Test
    void testkitItselfRegistersNoProvider() throws URISyntaxException {
        Path testkit = Path.of(TinyPlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(testkit.resolve("dev/sensorium/testkit/TinyPlugin.class")).exists();
        assertThat(testkit.resolve("META-INF/services")).doesNotExist();
    }
}
