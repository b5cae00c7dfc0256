package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Text;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The plugin of the guide, taken from the page: it compiles, is loaded from its jar, and keeps its contract. */
class GuideTest {

    @TempDir
    private Path project;

    private Guide follow() throws IOException {
        return Guide.follow(Path.of("..", "GUIDE.md"), project);
    }

    @Test
    void isComplete() throws IOException {
        assertThat(follow().files())
                .containsExactlyInAnyOrder(
                        "pom.xml",
                        "src/main/java/com/example/average/AverageProvider.java",
                        "src/main/java/com/example/average/AverageModel.java",
                        "src/main/resources/META-INF/services/dev.sensorium.spi.ModelProvider",
                        "src/test/java/com/example/average/AverageContractTest.java");
    }

    @Test
    void isLoadedFromItsJarAndEmbeds() throws IOException {
        Path folder = Guide.checkpoint(project.resolve("words"), 1, 2, 3);
        URL jar = follow().jar().toUri().toURL();
        SharedOnly shared = new SharedOnly("dev.sensorium.spi.", "dev.sensorium.kit.");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, shared)) {
            ModelProvider provider =
                    ServiceLoader.load(ModelProvider.class, loader).findFirst().orElseThrow();
            try (Model model = provider.load(ModelSpec.of(new ModelId("words", "1"), folder))) {
                assertThat(Vectors.embed((Embedder) model, new Text("all words are one")))
                        .containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void keepsItsContract() throws Exception {
        Guide guide = follow();
        URL[] classPath = {
            guide.classes().toUri().toURL(), guide.testClasses().toUri().toURL()
        };
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(classPath, GuideTest.class.getClassLoader())) {
            thread.setContextClassLoader(loader);
            TestExecutionSummary summary = run(loader.loadClass("com.example.average.AverageContractTest"));
            assertThat(summary.getFailures())
                    .extracting(failure -> failure.getTestIdentifier().getDisplayName() + ": " + failure.getException())
                    .isEmpty();
            assertThat(summary.getTestsSucceededCount()).isGreaterThanOrEqualTo(20);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static TestExecutionSummary run(Class<?> test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(test))
                        .build(),
                listener);
        return listener.getSummary();
    }
}
