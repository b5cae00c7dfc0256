package dev.sensorium.plugin.gato;

import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.testkit.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The golden checkpoints, and the episodes that the reference played with them. */
final class Goldens {

    /** Projects patches, and acts in numbers. */
    static final Path FOLDER = Path.of("src/test/resources/goldens/gato");

    /** Has the paper's block of convolutions, and acts in texts too. */
    static final Path RESIDUAL = Path.of("src/test/resources/goldens/residual");

    private static final int NUMBERS = 6;
    private static final int ACTIONS = 3;

    private Goldens() {}

    static ModelSpec spec() {
        return spec(FOLDER);
    }

    static ModelSpec spec(Path folder) {
        return ModelSpec.of(new ModelId("gato", "1"), folder);
    }

    /** Returns what the reference was asked, {@code Played} of goldens.py. */
    static Task task() {
        return Task.of(
                "go to the red square",
                Map.of(
                        "b", new Space.MultiDiscrete(List.of(5, 23, 2)),
                        "a", Space.Box.of(List.of(-2f, -9f), List.of(2f, 9f)),
                        "c", new Space.Discrete(7)),
                Map.of("turn", Space.Box.of(List.of(-1.5f, 0f), List.of(0.5f, 4f)), "jump", new Space.Discrete(3)));
    }

    /** Returns the same with two texts before the last numbers, {@code Told} of goldens.py. */
    static Task told() {
        Task task = task();
        Map<String, Space> action = new HashMap<>(task.action());
        action.put("note", new Space.Text(40));
        action.put("say", new Space.Text(9));
        return Task.of(task.instruction(), task.observation(), action);
    }

    /** Returns what the reference observed. */
    static List<Observation> observations(Path folder) {
        List<Observation> observations = new ArrayList<>();
        for (float[] row : rows(folder, "episode_observations", NUMBERS)) {
            observations.add(Observation.of(Map.of(
                    "a", Numbers.of(row[0], row[1]),
                    "b", Numbers.of(row[2], row[3], row[4]),
                    "c", Numbers.of(row[5]))));
        }
        return observations;
    }

    /** Returns what the reference did then: jump, then turn. */
    static List<float[]> actions(Path folder) {
        return rows(folder, "episode_actions", ACTIONS);
    }

    private static List<float[]> rows(Path folder, String name, int columns) {
        float[] values = new Golden(folder).floats(name);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < values.length; i += columns) {
            rows.add(Arrays.copyOfRange(values, i, i + columns));
        }
        return rows;
    }
}
