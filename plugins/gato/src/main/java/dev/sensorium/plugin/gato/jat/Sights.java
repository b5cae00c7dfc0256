package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import dev.sensorium.spi.Value.Numbers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task's observations are to the network: real numbers, integers with or without a text, or a picture.
 *
 * @param config the sizes of the network
 * @param part the name of the part that says it all but the text
 * @param space the space of this part
 * @param mission the text; null if there is none
 */
record Sights(JatConfig config, String part, Space space, @Nullable Mission mission) {

    private static final String EXPECTED = "one box, one picture, or integers beside at most one text";

    /**
     * Reads the spaces of a task.
     *
     * @param texts reads texts; null if the checkpoint has no tokenizer
     * @param sees whether the checkpoint has an encoder of pictures
     * @throws ModelException INVALID_INPUT at the first part that the network does not take
     */
    static Sights of(JatConfig config, @Nullable TextReader texts, boolean sees, Task task) {
        Map.Entry<String, Space> main = null;
        String text = null;
        for (Map.Entry<String, Space> part : task.observation().entrySet()) {
            boolean words = part.getValue() instanceof Space.Text;
            if (words ? text != null : main != null) {
                throw refuse(part.getKey(), "one more part", EXPECTED);
            }
            if (words) {
                text = part.getKey();
            } else {
                main = part;
            }
        }
        if (main == null) {
            throw refuse(String.valueOf(text), "a text alone", EXPECTED);
        }
        int integers = sizes(main.getValue()).size();
        if (text != null && (integers == 0 || texts == null)) {
            String expected = integers == 0 ? "one beside integers" : "none, as the checkpoint has no tokenizer.json";
            throw refuse(text, "a text", expected);
        }
        boolean hasText = text != null || (integers > 0 && integers + Mission.LENGTH == config.integers());
        Mission mission = texts == null || !hasText ? null : new Mission(texts, config.end(), text, task.instruction());
        Sights sights = new Sights(config, main.getKey(), main.getValue(), mission);
        sights.require(sees);
        return sights;
    }

    /** Returns whether pictures are observed. */
    boolean pictures() {
        return space instanceof Space.Image;
    }

    /**
     * Returns an observation that lies in the spaces as the network takes it.
     *
     * @param name what the observation is called
     * @throws ModelException INVALID_INPUT if its text is too long
     */
    Sight sight(String name, Observation observation) {
        Value value = observation.values().get(part);
        float reward = (float) observation.reward().orElse(0);
        if (value instanceof Value.Pixels pixels) {
            return picture(pixels.bytes());
        }
        List<Float> numbers = value instanceof Numbers given ? given.values() : List.of();
        if (space instanceof Space.Box) {
            float[] values = floats(numbers, numbers.size() + 1);
            values[numbers.size()] = reward;
            return Sight.Reals.of(values, config.numbers());
        }
        int[] integers = new int[config.integers()];
        Arrays.setAll(integers, i -> i < numbers.size() ? numbers.get(i).intValue() : 0);
        if (mission != null) {
            System.arraycopy(mission.ids(name, observation), 0, integers, numbers.size(), Mission.LENGTH);
        }
        return new Sight.Integers(integers, reward);
    }

    /** Returns numbers in an array of this length. */
    static float[] floats(List<Float> numbers, int length) {
        float[] values = new float[length];
        for (int i = 0; i < numbers.size(); i++) {
            values[i] = numbers.get(i);
        }
        return values;
    }

    /** Returns a picture of bytes. */
    static Sight picture(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((bytes.get() & 0xFF) / 255f - 0.5f) / 0.5f;
        }
        return new Sight.Picture(values);
    }

    /** Returns how many values each integer of a space has; nothing if it has none. */
    private static List<Integer> sizes(Space space) {
        if (space instanceof Space.MultiDiscrete several) {
            return several.sizes();
        }
        return space instanceof Space.Discrete one ? List.of(one.size()) : List.of();
    }

    private void require(boolean sees) {
        if (space instanceof Space.Box box) {
            if (box.shape().size() != 1 || box.size() >= config.numbers()) {
                throw refuse(part, "shape " + box.shape(), "one dimension of <= %d".formatted(config.numbers() - 1));
            }
        } else if (space instanceof Space.Image image) {
            requirePicture(image, sees);
        } else {
            requireIntegers(sizes(space));
        }
    }

    private void requirePicture(Space.Image image, boolean sees) {
        if (!sees) {
            throw refuse(part, "a picture", "none, as the checkpoint has no image_encoder");
        }
        Space.Image expected = new Space.Image(PictureLayers.SIDE, PictureLayers.SIDE, PictureLayers.CHANNELS);
        if (!image.equals(expected)) {
            throw refuse(part, shape(image), shape(expected));
        }
    }

    private void requireIntegers(List<Integer> sizes) {
        int beside = mission == null ? 0 : Mission.LENGTH;
        if (sizes.size() + beside != config.integers()) {
            throw refuse(
                    part,
                    "%d integers%s".formatted(sizes.size(), mission == null ? "" : " beside a text"),
                    "%d, or %d beside a text"
                            .formatted(config.integers(), Math.max(0, config.integers() - Mission.LENGTH)));
        }
        int most = Collections.max(sizes);
        if (most > config.vocabulary()) {
            throw refuse(part, "integers below " + most, "<= " + config.vocabulary());
        }
    }

    private static String shape(Space.Image image) {
        return "a picture of %d x %d x %d".formatted(image.height(), image.width(), image.channels());
    }

    private static ModelException refuse(String part, String found, String expected) {
        return new ModelException(Reason.INVALID_INPUT, "%s (expected: %s)".formatted(found, expected))
                .at("observation_spaces[\"%s\"]".formatted(part));
    }
}
