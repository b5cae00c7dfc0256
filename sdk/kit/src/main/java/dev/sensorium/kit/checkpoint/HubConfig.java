package dev.sensorium.kit.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sensorium.spi.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a checkpoint, such as {@code config.json} or a part of it, from which every value is asked for with
 * its type, its bounds and what its absence means.
 *
 * <pre>{@code
 * HubConfig text = HubConfig.read(folder, "config.json").object("text_config");
 * int hidden = text.integer("hidden_size", 1).orElse(512); // absent: what the reference's class says
 * int vocabulary = text.integer("vocab_size", 1).required();
 * }</pre>
 *
 * <p>A key with the value null counts as absent. A value of the wrong type or out of bounds is a {@link ModelException}
 * that names its place: {@code "config.json: text_config.hidden_size: -3 (expected: >= 1)"}.
 */
public final class HubConfig {

    private final String file;
    private final String path;
    private final ObjectNode node;

    private HubConfig(String file, String path, ObjectNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /**
     * Reads a file of a checkpoint folder.
     *
     * @throws ModelException INVALID_CHECKPOINT if it is missing, too large, or not a JSON object
     */
    public static HubConfig read(Path folder, String fileName) {
        return new HubConfig(fileName, "", Json.readFile(folder.resolve(fileName)));
    }

    /**
     * Reads a file that a checkpoint folder may lack; an absent one is empty, so that all its values are absent.
     *
     * @throws ModelException INVALID_CHECKPOINT if it is too large, or not a JSON object
     */
    public static HubConfig readIfPresent(Path folder, String fileName) {
        return Files.exists(folder.resolve(fileName))
                ? read(folder, fileName)
                : new HubConfig(fileName, "", JsonNodeFactory.instance.objectNode());
    }

    /** Tells whether there is a value of this key. */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** Tells whether the value of this key is an object, as where a size may be a number or an object. */
    public boolean hasObject(String key) {
        return node.get(key) instanceof ObjectNode;
    }

    /** Returns the object of this key; an absent one is empty, so that all its values are absent. */
    public HubConfig object(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return new HubConfig(file, place(key) + ".", node.objectNode());
        }
        if (value instanceof ObjectNode object) {
            return new HubConfig(file, place(key) + ".", object);
        }
        throw refuse(key, value, "an object");
    }

    /** Returns the integer of this key, at least {@code min}. */
    public Value<Integer> integer(String key, int min) {
        return value(key, v -> v.isIntegralNumber() && v.canConvertToInt() && v.intValue() >= min, ">= " + min)
                .map(JsonNode::intValue);
    }

    /** Returns the integer of this key, within these bounds, both included. */
    public Value<Integer> integer(String key, int min, int max) {
        return value(
                        key,
                        v -> v.isIntegralNumber() && v.canConvertToInt() && v.intValue() >= min && v.intValue() <= max,
                        "%d to %d".formatted(min, max))
                .map(JsonNode::intValue);
    }

    /** Returns the integers of all keys, each at least {@code min}, as a vocabulary has them. */
    public Map<String, Integer> integers(int min) {
        Map<String, Integer> all = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            all.put(entry.getKey(), integer(entry.getKey(), min).required());
        }
        return all;
    }

    /** Returns the list of integers of this key, each at least {@code min}. */
    public Value<List<Integer>> integers(String key, int min) {
        return value(
                        key,
                        v -> v.isArray()
                                && v.valueStream()
                                        .allMatch(i ->
                                                i.isIntegralNumber() && i.canConvertToInt() && i.intValue() >= min),
                        "a list of integers >= " + min)
                .map(v -> v.valueStream().map(JsonNode::intValue).toList());
    }

    /** Returns the finite number of this key. */
    public Value<Double> number(String key) {
        return value(key, HubConfig::isFinite, "a finite number").map(JsonNode::doubleValue);
    }

    /** Returns the number of this key, finite and greater than zero. */
    public Value<Double> positive(String key) {
        return value(key, v -> isFinite(v) && v.doubleValue() > 0, "> 0").map(JsonNode::doubleValue);
    }

    /** Returns the list of so many finite numbers of this key. */
    public Value<List<Double>> numbers(String key, int count) {
        return value(
                        key,
                        v -> v.isArray() && v.size() == count && v.valueStream().allMatch(HubConfig::isFinite),
                        count + " numbers")
                .map(v -> v.valueStream().map(JsonNode::doubleValue).toList());
    }

    /** Returns the text of this key. */
    public Value<String> string(String key) {
        return value(key, JsonNode::isTextual, "a string").map(JsonNode::textValue);
    }

    /** Returns the list of texts of this key. */
    public Value<List<String>> strings(String key) {
        return value(key, v -> v.isArray() && v.valueStream().allMatch(JsonNode::isTextual), "a list of strings")
                .map(v -> v.valueStream().map(JsonNode::textValue).toList());
    }

    /** Returns the truth value of this key. */
    public Value<Boolean> bool(String key) {
        return value(key, JsonNode::isBoolean, "true or false").map(JsonNode::booleanValue);
    }

    /** Returns what the text of this key stands for, one of these choices. */
    public <T extends Object> Value<T> choice(String key, Map<String, T> choices) {
        String expected = "one of " + new TreeSet<>(choices.keySet());
        return value(key, v -> v.isTextual() && choices.containsKey(v.textValue()), expected)
                .map(v -> choices.get(v.textValue()));
    }

    /** Returns the exception that says what is wrong with a key, for rules that concern several values. */
    public ModelException refuse(String key, Object found, String expected) {
        return Json.invalid(
                "%s: %s: %s (expected: %s)".formatted(file, place(key), Json.shorten(String.valueOf(found)), expected));
    }

    private Value<JsonNode> value(String key, Predicate<JsonNode> valid, String expected) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return new Value<>(null, file + ": " + place(key) + " is missing");
        }
        if (!valid.test(value)) {
            throw refuse(key, value, expected);
        }
        return new Value<>(value, "");
    }

    private String place(String key) {
        return path + key;
    }

    private static boolean isFinite(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.doubleValue());
    }

    /** A checked value that may be absent: the caller says what its absence means. */
    public static final class Value<T extends Object> {

        private final @Nullable T value;
        private final String missing;

        private Value(@Nullable T value, String missing) {
            this.value = value;
            this.missing = missing;
        }

        /** Returns the value, or this one if the key is absent. */
        public T orElse(T absent) {
            return value == null ? absent : value;
        }

        /**
         * Returns the value.
         *
         * @throws ModelException INVALID_CHECKPOINT if the key is absent
         */
        public T required() {
            if (value == null) {
                throw Json.invalid(missing);
            }
            return value;
        }

        private <R extends Object> Value<R> map(Mapping<T, R> mapping) {
            return new Value<>(value == null ? null : mapping.apply(value), missing);
        }
    }

    private interface Mapping<T, R extends @Nullable Object> {
        @Nullable
        R apply(T value);
    }
}
