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
import java.util.List;
import java.util.Map;

/** The golden checkpoint, and the episode that the reference played with it. */
final class Goldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens/gato");

    private static final int NUMBERS = 6;
    private static final int ACTIONS = 3;

    private Goldens() {}

    static ModelSpec spec() {
        return ModelSpec.of(new ModelId("gato", "1"), FOLDER);
    }

    static Golden golden() {
        return new Golden(FOLDER);
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

    /** Returns what the reference observed. */
    static List<Observation> observations() {
        List<Observation> observations = new ArrayList<>();
        for (float[] row : rows("episode_observations", NUMBERS)) {
            observations.add(Observation.of(Map.of(
                    "a", Numbers.of(row[0], row[1]),
                    "b", Numbers.of(row[2], row[3], row[4]),
                    "c", Numbers.of(row[5]))));
        }
        return observations;
    }

    /** Returns what the reference did then: jump, then turn. */
    static List<float[]> actions() {
        return rows("episode_actions", ACTIONS);
    }

    private static List<float[]> rows(String name, int columns) {
        float[] values = golden().floats(name);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < values.length; i += columns) {
            rows.add(Arrays.copyOfRange(values, i, i + columns));
        }
        return rows;
    }
}
