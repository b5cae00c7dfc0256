package dev.sensorium.testkit;

import dev.sensorium.spi.Device;
import dev.sensorium.spi.MediaLimits;
import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that loads models and watches its own memory: resident and not backed by files, as the system counts it.
 *
 * <p>Its heap is touched in full at the start, so that growth is native memory; one model is loaded and closed before
 * anything is measured, so that what a family needs once does not count; several are loaded then, so that what they
 * take outweighs what else moves.
 */
final class MemoryProbe {

    private static final long MIB = 1L << 20;

    /** What the models of a measurement are to take together. */
    private static final long WANTED_BYTES = 64 * MIB;

    private MemoryProbe() {}

    /**
     * What was measured.
     *
     * @param models how many were loaded at once, twice
     * @param bytesPerModel what each of them took
     * @param bytesKept what the second round left behind over the first, when all were closed
     */
    record Report(int models, long bytesPerModel, long bytesKept) {

        /** Returns what may stay: a quarter of one round, and 8 MiB for the JVM. */
        long bytesAllowedToStay() {
            return models * Math.max(0, bytesPerModel) / 4 + 8 * MIB;
        }
    }

    static Report measure(ModelProvider provider, ModelSpec spec) throws IOException, InterruptedException {
        int models = (int) Math.max(2, Math.min(16, WANTED_BYTES / provider.estimateBytes(spec)));
        Path report = Files.createTempFile("memory", ".txt");
        Path log = Files.createTempFile("memory", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command(provider, spec, models, report));
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            // Freed blocks go back to the system at once, and there are no pools per thread.
            builder.environment().put("MALLOC_ARENA_MAX", "1");
            builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
            builder.environment().put("MALLOC_TRIM_THRESHOLD_", "65536");
            if (builder.start().waitFor() != 0) {
                throw new AssertionError("loading %d models in a process of their own failed:%n%s"
                        .formatted(models, Files.readString(log)));
            }
            String[] bytes = Files.readString(report).split(" ");
            return new Report(models, Long.parseLong(bytes[0]), Long.parseLong(bytes[1]));
        } finally {
            Files.delete(report);
            Files.delete(log);
        }
    }

    private static List<String> command(ModelProvider provider, ModelSpec spec, int models, Path report) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-Dorg.bytedeco.") || argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(
                List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        String classPath =
                System.getProperty("java.class.path") + File.pathSeparator + TinyPlugin.home(provider.getClass());
        command.addAll(List.of("-cp", classPath, MemoryProbe.class.getName()));
        command.addAll(List.of(provider.getClass().getName(), String.valueOf(models), report.toString()));
        command.addAll(
                List.of(spec.id().name(), spec.id().version(), spec.folder().toString()));
        command.addAll(List.of(
                spec.device().kind().name(), String.valueOf(spec.device().index())));
        spec.settings().forEach((key, value) -> command.add(key + "=" + value));
        return command;
    }

    /** Runs in the process: provider, number of models, report file, then the parts of the spec. */
    public static void main(String[] arguments) throws Exception {
        // As ServiceLoader makes it, by the name that the services file would hold.
        ModelProvider provider =
                (ModelProvider) Class.forName(arguments[0]).getConstructor().newInstance();
        int models = Integer.parseInt(arguments[1]);
        Map<String, String> settings = new HashMap<>();
        for (String setting : List.of(arguments).subList(8, arguments.length)) {
            settings.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        ModelSpec spec = new ModelSpec(
                new ModelId(arguments[3], arguments[4]),
                Path.of(arguments[5]),
                new Device(Device.Kind.valueOf(arguments[6]), Integer.parseInt(arguments[7])),
                MediaLimits.DEFAULT,
                settings);

        loadAndClose(provider, spec, 1);
        long before = residentBytes();
        long loaded = loadAndClose(provider, spec, models);
        long first = residentBytes();
        loadAndClose(provider, spec, models);
        long second = residentBytes();
        Files.writeString(Path.of(arguments[2]), (loaded - before) / models + " " + (second - first));
    }

    /** Returns the resident bytes while all of the models are loaded. */
    private static long loadAndClose(ModelProvider provider, ModelSpec spec, int models) throws Exception {
        List<Model> loaded = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            loaded.add(provider.load(spec));
        }
        long bytes = residentBytes();
        loaded.forEach(Model::close);
        return bytes;
    }

    private static long residentBytes() throws IOException {
        System.gc();
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            return kilobytes(Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .findFirst()
                    .orElseThrow());
        }
        String pid = String.valueOf(ProcessHandle.current().pid());
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", pid).start();
        return kilobytes(new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    }

    private static long kilobytes(String text) {
        return 1024 * Long.parseLong(text.replaceAll("\\D", ""));
    }
}
