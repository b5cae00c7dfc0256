package dev.sensorium.server.registry;

import dev.sensorium.spi.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The models folder: {@code <name>/<version>/config.json}, or {@code <name>/config.json} for a model of one version,
 * "1"; a pipeline has a {@code model_index.json} instead. Hidden folders are not looked at, so a checkpoint copied into one and then renamed appears whole.
 */
final class ModelRepository {

    private final Path root;

    ModelRepository(Path root) {
        this.root = root;
    }

    /**
     * Returns what is there, by name and version.
     *
     * @throws IOException if the folder itself cannot be read
     */
    List<Checkpoint> scan() throws IOException {
        List<Checkpoint> found = new ArrayList<>();
        for (Path model : foldersIn(root)) {
            found.addAll(versionsOf(model));
        }
        found.sort(Comparator.comparing(Checkpoint::key));
        return found;
    }

    private static List<Checkpoint> versionsOf(Path model) {
        String name = model.getFileName().toString();
        try {
            List<Path> folders = ModelConfig.in(model).isPresent() ? List.of() : foldersIn(model);
            if (folders.isEmpty()) {
                return List.of(read(new ModelVersion(name, "1"), model));
            }
            return folders.stream()
                    .map(folder ->
                            read(new ModelVersion(name, folder.getFileName().toString()), folder))
                    .toList();
        } catch (IOException e) {
            return List.of(Checkpoint.failed(new ModelVersion(name, "1"), model, "its folder cannot be read"));
        }
    }

    private static Checkpoint read(ModelVersion key, Path folder) {
        try {
            ModelId id = new ModelId(key.name(), key.version());
            return Checkpoint.of(new ModelVersion(id.name(), id.version()), folder, ModelConfig.family(folder));
        } catch (IllegalArgumentException e) {
            return Checkpoint.failed(key, folder, String.valueOf(e.getMessage()));
        }
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
