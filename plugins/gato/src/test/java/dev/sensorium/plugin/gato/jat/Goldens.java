package dev.sensorium.plugin.gato.jat;

import dev.sensorium.spi.ModelId;
import dev.sensorium.spi.ModelSpec;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import dev.sensorium.spi.Value.Pixels;
import dev.sensorium.spi.Value.Words;
import dev.sensorium.testkit.Golden;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The golden checkpoints, and the episodes that the reference played with them. */
final class Goldens {

    static final Path FOLDER = Path.of("src/test/resources/goldens/jat");
    static final Path PICTURES = Path.of("src/test/resources/goldens/jat-pictures");

    static final int NUMBERS = 5;
    static final int MOVES = 3;
    static final int INTEGERS = 7;
    static final int ACTIONS = 6;

    /** The context window of the episode of integers. */
    static final String WINDOW = "20";

    private static final int SIDE = 84;

    private Goldens() {}

    static ModelSpec spec(Path folder, Map<String, String> settings) {
        ModelSpec spec = ModelSpec.of(new ModelId("jat", "1"), folder);
        return new ModelSpec(spec.id(), folder, spec.device(), spec.limits(), settings);
    }

    static Golden golden() {
        return new Golden(FOLDER);
    }

    /** Returns what the reference was asked of numbers: everything is within the bounds. */
    static Task numbers() {
        return Task.of("", Map.of("state", unbounded(NUMBERS)), Map.of("torque", unbounded(MOVES)));
    }

    /** Returns what the reference was asked of integers and texts. */
    static Task integers() {
        return Task.of(
                "",
                Map.of(
                        "grid",
                        new Space.MultiDiscrete(Collections.nCopies(INTEGERS, 9)),
                        "mission",
                        new Space.Text(400)),
                Map.of("move", new Space.Discrete(ACTIONS)));
    }

    /** Returns what the reference was asked of pictures. */
    static Task pictures() {
        return Task.of(
                "", Map.of("screen", new Space.Image(SIDE, SIDE, 4)), Map.of("move", new Space.Discrete(ACTIONS)));
    }

    static List<Observation> observedNumbers() {
        List<Observation> observations = new ArrayList<>();
        float[] rewards = golden().floats("episode_rewards");
        for (float[] row : rows(golden().floats("episode_numbers"), NUMBERS)) {
            observations.add(observation(Map.of("state", Numbers.of(row)), observations.size(), rewards));
        }
        return observations;
    }

    static List<Observation> observedIntegers() {
        List<Observation> observations = new ArrayList<>();
        float[] rewards = golden().floats("read_rewards");
        long[] integers = golden().integers("read_integers");
        long[] texts = golden().integers("read_texts");
        for (int i = 0; i < rewards.length; i++) {
            float[] row = floats(Arrays.copyOfRange(integers, i * INTEGERS, (i + 1) * INTEGERS));
            String text = golden().texts().get((int) texts[i]).value();
            observations.add(observation(Map.of("grid", Numbers.of(row), "mission", new Words(text)), i, rewards));
        }
        return observations;
    }

    static List<Observation> observedPictures() {
        List<Observation> observations = new ArrayList<>();
        for (long step : new Golden(PICTURES).integers("episode_pictures")) {
            observations.add(Observation.of(Map.of("screen", new Pixels(ByteBuffer.wrap(picture((int) step))))));
        }
        return observations;
    }

    /** Returns {@code picture} of jat_goldens.py. */
    static byte[] picture(int step) {
        byte[] bytes = new byte[SIDE * SIDE * 4];
        for (int i = 0; i < bytes.length; i++) {
            long mixed = (i * 7919L + (i / 336) * (step * 31L + 17) * 13 + step * 101L) % 65537;
            bytes[i] = (byte) (mixed % 256);
        }
        return bytes;
    }

    static List<float[]> rows(float[] values, int columns) {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < values.length; i += columns) {
            rows.add(Arrays.copyOfRange(values, i, i + columns));
        }
        return rows;
    }

    static float[] floats(long[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static Observation observation(Map<String, Value> values, int step, float[] rewards) {
        return new Observation(values, step == 0 ? OptionalDouble.empty() : OptionalDouble.of(rewards[step]));
    }

    private static Space unbounded(int size) {
        return Space.Box.of(size, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
    }
}
