package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sensorium.spi.Embedder;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Text;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
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

    private List<String> files = List.of();

    @BeforeEach
    void compile() throws IOException {
        files = Guide.writeFiles(project);
        compile("src/main/java", "classes", "");
        Path services = project.resolve("src/main/resources/META-INF/services");
        Path copied = Files.createDirectories(project.resolve("classes/META-INF/services"));
        try (Stream<Path> names = Files.list(services)) {
            for (Path file : names.toList()) {
                Files.copy(file, copied.resolve(file.getFileName().toString()));
            }
        }
    }

    private void compile(String sources, String target, String classPath) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror"));
        arguments.addAll(List.of("-proc:none", "-d", project.resolve(target).toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path") + classPath));
        try (Stream<Path> paths = Files.walk(project.resolve(sources))) {
            paths.map(Path::toString).filter(path -> path.endsWith(".java")).forEach(arguments::add);
        }
        StringWriter errors = new StringWriter();
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(new PrintWriter(errors), new PrintWriter(errors), arguments.toArray(String[]::new));
        assertThat(status).as(errors.toString()).isZero();
    }

    @Test
    void isComplete() {
        assertThat(files)
                .containsExactlyInAnyOrder(
                        "pom.xml",
                        "src/main/java/com/example/average/AverageProvider.java",
                        "src/main/java/com/example/average/AverageModel.java",
                        "src/main/resources/META-INF/services/dev.sensorium.spi.ModelProvider",
                        "src/test/java/com/example/average/AverageContractTest.java");
    }

    @Test
    void isLoadedFromItsJarAndEmbeds() throws IOException {
        Path folder = TinyCheckpoint.of(Map.of("model_type", "average", "max_words", 32))
                .with("words", List.of(1, 3), 1, 2, 3)
                .writeTo(project.resolve("words"));
        URL jar = jar(project.resolve("classes")).toUri().toURL();
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

    private Path jar(Path classes) throws IOException {
        Path jar = project.resolve("average.jar");
        try (Stream<Path> paths = Files.walk(classes);
                OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        return jar;
    }

    @Test
    void keepsItsContract() throws Exception {
        compile("src/test/java", "test-classes", File.pathSeparator + project.resolve("classes"));
        URL[] classPath = {
            project.resolve("classes").toUri().toURL(),
            project.resolve("test-classes").toUri().toURL()
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
