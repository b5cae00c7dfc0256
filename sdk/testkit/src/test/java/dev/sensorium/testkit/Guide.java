package dev.sensorium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The project that the guide for authors of plugins shows: the fenced blocks below a line with a file's name are those
 * files.
 */
public final class Guide {

    private static final Pattern FILE = Pattern.compile("(?m)^`([^`\\s]+)`\\n\\n```\\w*\\n([^`]*)^```$");

    private final Path project;
    private final List<String> files;

    private Guide(Path project, List<String> files) {
        this.project = project;
        this.files = files;
    }

    /** Writes the files of the guide's page into a folder and compiles the plugin. */
    public static Guide follow(Path page, Path project) throws IOException {
        List<MatchResult> files = FILE.matcher(Files.readString(page)).results().toList();
        for (MatchResult file : files) {
            Path path = project.resolve(file.group(1));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.group(2));
        }
        Guide guide =
                new Guide(project, files.stream().map(file -> file.group(1)).toList());
        guide.compile("src/main/java", "classes", "");
        guide.copyServices();
        return guide;
    }

    /** Returns the names of the files that the page shows. */
    List<String> files() {
        return files;
    }

    /** Returns the folder of the plugin's classes. */
    Path classes() {
        return project.resolve("classes");
    }

    /** Compiles the plugin's tests and returns the folder of their classes. */
    Path testClasses() throws IOException {
        return compile("src/test/java", "test-classes", File.pathSeparator + classes());
    }

    /** Packs the plugin. */
    public Path jar() throws IOException {
        Path jar = project.resolve("average.jar");
        try (Stream<Path> paths = Files.walk(classes());
                OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes().relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        return jar;
    }

    /** Writes a checkpoint of the plugin's family, in which every word is one vector. */
    public static Path checkpoint(Path folder, float... vector) {
        return TinyCheckpoint.of(Map.of("model_type", "average", "max_words", 32))
                .with("words", List.of(1, vector.length), vector)
                .writeTo(folder);
    }

    private void copyServices() throws IOException {
        Path copied = Files.createDirectories(classes().resolve("META-INF/services"));
        try (Stream<Path> names = Files.list(project.resolve("src/main/resources/META-INF/services"))) {
            for (Path file : names.toList()) {
                Files.copy(file, copied.resolve(file.getFileName().toString()));
            }
        }
    }

    private Path compile(String sources, String target, String classPath) throws IOException {
        Path folder = project.resolve(target);
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all,-path", "-Werror"));
        arguments.addAll(List.of("-proc:none", "-d", folder.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path") + classPath));
        try (Stream<Path> paths = Files.walk(project.resolve(sources))) {
            paths.map(Path::toString).filter(path -> path.endsWith(".java")).forEach(arguments::add);
        }
        StringWriter errors = new StringWriter();
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(new PrintWriter(errors), new PrintWriter(errors), arguments.toArray(String[]::new));
        assertThat(status).as(errors.toString()).isZero();
        return folder;
    }
}
