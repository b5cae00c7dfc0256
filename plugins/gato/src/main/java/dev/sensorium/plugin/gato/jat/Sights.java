package dev.sensorium.plugin.gato.jat;

import dev.sensorium.kit.text.TextReader;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.ModelException.Reason;
import dev.sensorium.spi.Policy.Observation;
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
 * @param texts reads texts; null if there is none
 * @param main the name of the part that says it all but the text
 * @param space the space of this part
 * @param text the name of the part that is a text; null if there is none
 */
record Sights(JatConfig config, @Nullable TextReader texts, String main, Space space, @Nullable String text) {

    /** Tokens of a text, which are observed as integers; a number of the reference's code. */
    private static final int TEXT = 64;

    private static final String EXPECTED = "one box, one picture, or integers beside at most one text";

    /**
     * Reads the spaces of a task.
     *
     * @param texts reads texts; null if the checkpoint has no tokenizer
     * @param sees whether the checkpoint has an encoder of pictures
     * @throws ModelException INVALID_INPUT naming the first part that the network does not take
     */
    static Sights of(JatConfig config, @Nullable TextReader texts, boolean sees, Map<String, Space> spaces) {
        Map.Entry<String, Space> main = null;
        String text = null;
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
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
        Sights sights = new Sights(config, texts, main.getKey(), main.getValue(), text);
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
     * @param name what the observation is called in messages
     * @throws ModelException INVALID_INPUT if its text is too long
     */
    Sight sight(String name, Observation observation) {
        Value value = observation.values().get(main);
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
        if (text != null && texts != null && observation.values().get(text) instanceof Value.Words words) {
            int[] ids = ids("%s[\"%s\"]".formatted(name, text), texts, words.text());
            System.arraycopy(ids, 0, integers, numbers.size(), TEXT);
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

    private int[] ids(String name, TextReader reader, String words) {
        int[] ids = reader.tokenizer().encode(words);
        if (ids.length > TEXT) {
            throw new ModelException(
                    Reason.INVALID_INPUT, "%s: %d tokens (expected: <= %d)".formatted(name, ids.length, TEXT));
        }
        int[] padded = Arrays.copyOf(ids, TEXT);
        Arrays.fill(padded, ids.length, TEXT, reader.pad().orElse(config.end()));
        return padded;
    }

    /** Returns a picture of bytes. */
    static Sight picture(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((bytes.get() & 0xFF) / 255f - 0.5f) / 0.5f;
        }
        return new Sight.Picture(values);
    }

    private void require(boolean sees) {
        if (text != null && !(space instanceof Space.Discrete || space instanceof Space.MultiDiscrete)) {
            throw refuse(text, "a text beside no integers", EXPECTED);
        }
        if (text != null && texts == null) {
            throw refuse(text, "a text", "none, as the checkpoint has no tokenizer.json");
        }
        if (space instanceof Space.Box box) {
            if (box.shape().size() != 1 || box.size() >= config.numbers()) {
                throw refuse(main, "shape " + box.shape(), "one dimension of <= %d".formatted(config.numbers() - 1));
            }
        } else if (space instanceof Space.Image image) {
            requirePicture(image, sees);
        } else if (space instanceof Space.MultiDiscrete several) {
            requireIntegers(several.sizes());
        } else if (space instanceof Space.Discrete one) {
            requireIntegers(List.of(one.size()));
        }
    }

    private void requirePicture(Space.Image image, boolean sees) {
        if (!sees) {
            throw refuse(main, "a picture", "none, as the checkpoint has no image_encoder");
        }
        Space.Image expected = new Space.Image(PictureLayers.SIDE, PictureLayers.SIDE, PictureLayers.CHANNELS);
        if (!image.equals(expected)) {
            throw refuse(main, shape(image), shape(expected));
        }
    }

    private void requireIntegers(List<Integer> sizes) {
        int beside = text == null ? 0 : TEXT;
        if (sizes.size() + beside != config.integers()) {
            throw refuse(
                    main,
                    "%d integers%s".formatted(sizes.size(), text == null ? "" : " beside a text"),
                    "%d, or %d beside a text".formatted(config.integers(), Math.max(0, config.integers() - TEXT)));
        }
        int most = Collections.max(sizes);
        if (most > config.vocabulary()) {
            throw refuse(main, "integers below " + most, "<= " + config.vocabulary());
        }
    }

    private static String shape(Space.Image image) {
        return "a picture of %d x %d x %d".formatted(image.height(), image.width(), image.channels());
    }

    private static ModelException refuse(String part, String found, String expected) {
        return new ModelException(
                Reason.INVALID_INPUT, "observation_spaces[\"%s\"]: %s (expected: %s)".formatted(part, found, expected));
    }
}
