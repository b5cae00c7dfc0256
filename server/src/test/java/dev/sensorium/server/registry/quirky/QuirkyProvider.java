package dev.sensorium.server.registry.quirky;

import dev.sensorium.spi.Model;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.ModelProvider;
import dev.sensorium.spi.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The provider of family "quirky": the other keys of config.json say what goes wrong. */
public final class QuirkyProvider implements ModelProvider {

    @Override
    public String family() {
        return "quirky";
    }

    @Override
    public long estimateBytes(ModelSpec spec) {
        return 1;
    }

    @Override
    public Model load(ModelSpec spec) {
        String config = read(spec.folder().resolve("config.json"));
        if (config.contains("memory")) {
            throw new OutOfMemoryError("Java heap space");
        }
        if (config.contains("linkage")) {
            throw new NoClassDefFoundError("org/example/Gone");
        }
        if (config.contains("path")) {
            throw new ModelException(
                    Reason.INVALID_CHECKPOINT,
                    "%s: 3 bytes (expected: >= 8)".formatted(spec.folder().resolve("model.safetensors")));
        }
        if (config.contains("state")) {
            throw new IllegalStateException("at " + spec.folder());
        }
        if (config.contains("picky") || config.contains("mute")) {
            return new QuirkyGenerator(config.contains("picky") ? Reason.INVALID_INPUT : Reason.NOT_FINITE);
        }
        return new QuirkyModel(config.contains("short"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ModelException(Reason.INVALID_CHECKPOINT, "config.json: cannot be read", e);
        }
    }
}
