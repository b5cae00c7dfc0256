package dev.sensorium.server.rpc;

import dev.sensorium.server.heads.HeadsProvider;
import dev.sensorium.server.pair.PairProvider;
import dev.sensorium.server.registry.broken.ThrowingProvider;
import dev.sensorium.testkit.TinyPlugin;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Folders of plugins and models for a server under test, and limits small enough to be met. */
public final class EchoWorld implements QuarkusTestResourceLifecycleManager {

    private final Path folder = temporaryFolder();

    @Override
    public Map<String, String> start() {
        Path plugins = folder.resolve("plugins");
        TinyPlugin.echo(plugins, "echo");
        TinyPlugin.write(plugins, "pair", List.of(PairProvider.class));
        TinyPlugin.write(plugins, "heads", List.of(HeadsProvider.class));
        TinyPlugin.write(plugins, "broken", List.of(ThrowingProvider.class));
        TinyPlugin.echo(plugins, "second-echo");
        model("echo", "\"model_type\": \"echo\", \"dimensions\": 8, \"poison\": \"poison\"");
        model("easel", echo("\"repeat\": 100, \"tasks\": \"GENERATE\""));
        model("embedder", "\"model_type\": \"echo\", \"dimensions\": 4, \"embed_only\": true");
        model("gabby", echo("\"max_text\": 1000, \"repeat\": 1000, \"tasks\": \"GENERATE CAPTION\""));
        model("heads", "\"model_type\": \"heads\"");
        model("nan", "\"model_type\": \"echo\", \"dimensions\": 4, \"nan\": true");
        model("pair", "\"model_type\": \"pair\"");
        model("narrow", echo("\"slots\": 1, \"queue\": 1, \"tasks\": \"GENERATE\""));
        model("slow", echo("\"pace_millis\": 20, \"repeat\": 1000, \"tasks\": \"GENERATE\""));
        model("wide", "\"model_type\": \"echo\", \"dimensions\": 16384, \"tasks\": \"GENERATE\"");
        return Map.ofEntries(
                Map.entry("sensorium.models-folder", folder.resolve("models").toString()),
                Map.entry("sensorium.plugins-folder", plugins.toString()),
                Map.entry("sensorium.limits.message-bytes", "1M"),
                Map.entry("sensorium.limits.batch-contents", "16"),
                Map.entry("sensorium.limits.match-texts", "20"),
                Map.entry("sensorium.limits.text-bytes", "1000"),
                Map.entry("sensorium.limits.prompt-contents", "16"),
                Map.entry("sensorium.limits.continuations", "20"),
                Map.entry("sensorium.limits.pictures", "6"),
                Map.entry("sensorium.limits.items-in-flight", "6"),
                Map.entry("sensorium.limits.calls", "20"),
                Map.entry("sensorium.batching.max-rows", "4"),
                Map.entry("sensorium.batching.prepare-ahead", "4"),
                Map.entry("sensorium.batching.queue-length", "8"),
                Map.entry("sensorium.generation.live", "4"),
                Map.entry("sensorium.generation.queue-length", "8"),
                Map.entry("sensorium.generation.reader-idle", "8S"),
                Map.entry("sensorium.generation.resume-responses", "50"),
                Map.entry("sensorium.policy.episodes", "10"),
                Map.entry("sensorium.policy.client-idle", "8S"),
                Map.entry("sensorium.uploads.max-upload-bytes", "1K"),
                Map.entry("sensorium.uploads.max-bytes", "2K"));
    }

    @Override
    public void stop() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String echo(String more) {
        return "\"model_type\": \"echo\", \"dimensions\": 4, " + more;
    }

    private void model(String name, String config) {
        try {
            Path version = Files.createDirectories(
                    folder.resolve("models").resolve(name).resolve("1"));
            Files.writeString(version.resolve("config.json"), "{" + config + "}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("sensorium-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
