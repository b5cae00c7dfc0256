package dev.sensorium.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public API of the SPI is the one that {@code api.txt} lists, so that it changes only where all can see it. */
class ApiTest {

    private static final Path LISTING = Path.of("api.txt");

    /** What is left out before class names, so that the listing can be read. */
    private static final String KNOWN_PACKAGES =
            "\\b(dev\\.sensorium\\.spi|java\\.(lang|nio|nio\\.file|util))\\.(?=[A-Z])";

    @Test
    void isTheListedOne() throws IOException {
        String api = api();
        if (Boolean.getBoolean("api.update")) {
            Files.writeString(LISTING, api);
        }
        assertThat(api)
                .as("public API (if the change is meant: ./mvnw -pl sdk/spi test -Dapi.update=true)")
                .isEqualTo(Files.readString(LISTING));
    }

    private static String api() throws IOException {
        Path classes = Path.of("target", "classes", "dev", "sensorium", "spi");
        try (Stream<Path> files = Files.list(classes)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .sorted(Comparator.comparing(file -> file.replace(".class", "")))
                    .map(ApiTest::members)
                    .collect(Collectors.joining("\n"));
        }
    }

    /** Returns the class's line and those of its public and protected members in alphabetical order. */
    private static String members(String classFile) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int status = ToolProvider.findFirst("javap").orElseThrow().run(out, out, "-protected", "-constants", classFile);
        assertThat(status).as(text.toString()).isZero();
        List<String> lines = text.toString()
                .lines()
                .filter(line -> !line.startsWith("Compiled from") && !line.equals("}"))
                .toList();
        return Stream.concat(lines.stream().limit(1), lines.stream().skip(1).sorted())
                .map(line -> line.replaceFirst(" \\{$", "").replaceAll(KNOWN_PACKAGES, "") + "\n")
                .collect(Collectors.joining());
    }
}
